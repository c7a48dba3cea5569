"""Static files with a hash in their name, compressed, so that a browser keeps them for a year."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    # Tests and `check` run before `collectstatic`: an unknown file keeps its plain name instead of failing the page.
    manifest_strict = False
