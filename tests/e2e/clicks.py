"""What a person does without thinking: click, then wait for the page that comes."""

from typing import Any


def follow(locator: Any) -> None:
    """Click on what opens a page and wait until it is there; Playwright's own click does not wait for it."""
    with locator.page.expect_navigation():
        locator.click()
