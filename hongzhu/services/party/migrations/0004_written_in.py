from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('party', '0003_fewer_entitled'),
    ]

    operations = [
        migrations.AddField(
            model_name='electionseat',
            name='written_in',
            field=models.BooleanField(default=False, help_text='not on the ballot: voters wrote the name', verbose_name='另选他人'),
        ),
    ]
