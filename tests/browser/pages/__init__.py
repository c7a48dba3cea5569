"""Sample pages of the components, served to the browser tests alone (``tests.browser.pages.urls``)."""
