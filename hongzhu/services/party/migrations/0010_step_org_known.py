"""Which branch accepted somebody, for what was recorded before a step kept its branch."""

from django.db import migrations


def fill(apps, schema_editor):
    """Where the membership of a probationary member begins with the meeting, that branch held it; else the one that leads
    them now. A step other than the acceptance is counted nowhere by its branch and stays as it is."""
    Step = apps.get_model("party", "AdmissionStep")
    Membership = apps.get_model("people", "Membership")
    accepted = Step.objects.filter(code="admit_vote", org__isnull=True).select_related("admission")
    people = [step.admission.person_id for step in accepted]
    began = {}
    for start in range(0, len(people), 500):
        rows = Membership.objects.filter(person__in=people[start : start + 500], standing="PROBATIONARY")
        began.update({(row.person_id, row.from_on): row.org_id for row in rows})
    changed = []
    for step in accepted:
        step.org_id = began.get((step.admission.person_id, step.on), step.admission.org_id)
        changed.append(step)
    Step.objects.bulk_update(changed, ["org"], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0001_initial'),
        ('party', '0009_step_org'),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
