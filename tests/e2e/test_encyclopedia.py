"""An analyst writes a page in a browser: with the editor, without JavaScript, at the same time as somebody else."""

import base64
import json

import pytest

from disinfo.accounts.models import Role
from encyclopedia.models import Kind, Page, Revision
from encyclopedia.services import discussing, pictures, vocabulary, writing
from tests.e2e.clicks import follow
from tests.e2e.test_accessibility import VIEWS, found_on
from tests.encyclopedia.factories import PROPOSES, document, image, page, source
from tests.factories import CollectionFactory, MembershipFactory, ServiceFactory, TermsFactory, recorded
from tests.shared_data import need_shared_data

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BODY = "Before.\n\n## How it works\n\nMany accounts [@roe-2019].\n\n## What helps\n\nCount them."


@pytest.fixture
def member(transactional_db):
    """A member of an organisation, and the starter words."""
    if not Kind.objects.exists():
        vocabulary.load_into_empty()
    return MembershipFactory(role=Role.MODERATOR, user__name="Alice").user


def save(opened):
    follow(opened.locator("[data-save]"))


def until(opened, condition):
    """Wait for a condition; Playwright's own way is refused by the policy of our pages."""
    for _try in range(1200):
        if opened.evaluate(condition):
            return
        opened.wait_for_timeout(50)
    pytest.fail(f"never came true: {condition}")


def area_of(opened):
    return opened.locator("textarea[name=body]")


def test_a_page_is_written_with_the_editor_and_read(member, open_page):
    page("Sockpuppet", body="x")
    opened = open_page("/encyclopedia/en/new/?kind=technique", as_user=member)
    opened.locator("input[name=title]").fill("Hashtag flooding")
    area_of(opened).fill("")
    opened.keyboard.press("Control+b")
    opened.keyboard.type("Many")
    opened.keyboard.press("End")
    opened.keyboard.type(" accounts, as a [[sokpup")
    opened.locator(".editor-offers li").first.wait_for()
    opened.keyboard.press("Enter")
    assert area_of(opened).input_value() == "**Many** accounts, as a [[Sockpuppet]]"
    opened.locator("[data-live-preview-text] a", has_text="Sockpuppet").wait_for()
    save(opened)
    assert opened.locator("article strong").inner_text() == "Many"
    follow(opened.locator("article").get_by_role("link", name="Sockpuppet").first)
    assert opened.url.endswith("/encyclopedia/en/sockpuppet/")


@pytest.mark.parametrize(
    ("tool", "once", "twice"),
    [
        ("bold", "One **two** three\nfour", "One two three\nfour"),
        ("heading", "## One two three\nfour", "One two three\nfour"),
        ("list", "- One two three\nfour", "One two three\nfour"),
        ("link", "One [[two]] three\nfour", "One two three\nfour"),
        ("citation", "One [@two] three\nfour", "One two three\nfour"),
    ],
)
def test_a_button_marks_what_is_selected_and_takes_the_mark_off_again(member, open_page, tool, once, twice):
    target = page(body="One two three\nfour")
    opened = open_page(target.get_absolute_url() + "edit/", as_user=member)
    area_of(opened).evaluate("area => { area.focus(); area.setSelectionRange(3, 7); }")
    opened.locator(f"[data-tool={tool}]").click()
    assert area_of(opened).input_value() == once
    opened.locator(f"[data-tool={tool}]").click()
    assert area_of(opened).input_value() == twice
    opened.keyboard.press("Control+z")
    opened.keyboard.press("Control+z")
    assert area_of(opened).input_value() == "One two three\nfour"


def test_a_table_takes_the_place_of_nothing_that_was_selected(member, open_page):
    target = page(body="One two three")
    opened = open_page(target.get_absolute_url() + "edit/", as_user=member)
    area_of(opened).evaluate("area => { area.focus(); area.setSelectionRange(4, 7); }")
    opened.locator("[data-tool=table]").click()
    assert area_of(opened).input_value().startswith("One two\n\n| Column 1 |")
    assert area_of(opened).input_value().endswith("three")


def test_a_card_of_another_tool_is_completed_onto_a_line_of_its_own(member, open_page):
    service = ServiceFactory(collection=CollectionFactory(key="open"), key="Chirper", name="Chirper")
    recorded(TermsFactory(service=service), "You may appeal within ten days.")
    target = page(body="")
    opened = open_page(target.get_absolute_url() + "edit/", as_user=member)
    area_of(opened).click()
    opened.keyboard.type("See [[Chirper")
    opened.locator(".editor-offers li").first.wait_for()
    opened.keyboard.press("Enter")
    until(opened, "document.querySelector('textarea[name=body]').value.includes('/terms/open/')")
    assert area_of(opened).input_value().startswith("See \n\n/terms/open/")
    opened.locator("[data-live-preview-text] .card").wait_for()
    opened.keyboard.press("Control+s")
    opened.locator("article .card").wait_for()


def test_enter_takes_no_page_that_was_offered_for_fewer_letters(member, open_page):
    for title in ("Bot farm", "Bot network"):
        page(title, body="x")
    opened = open_page(page(body="").get_absolute_url() + "edit/", as_user=member)
    area_of(opened).click()
    opened.keyboard.type("[[Bot")
    opened.locator(".editor-offers li").nth(1).wait_for()
    opened.route("**/complete/**", lambda route: None)  # the next answer is long in coming
    last = opened.locator(".editor-offers li").last.inner_text()
    opened.keyboard.type(" network" if "network" in last else " farm")
    opened.keyboard.press("Enter")
    assert area_of(opened).input_value() == ("[[Bot network]]" if "network" in last else "[[Bot farm]]")


PASTE = """(content) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([bytes], "map.png", { type: "image/png" }));
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.querySelector("textarea[name=body]").dispatchEvent(event);
}"""


def test_a_picture_is_pasted_described_and_stands_in_the_text(member, open_page):
    target = page(body="Text")
    opened = open_page(target.get_absolute_url() + "edit/", as_user=member)
    opened.evaluate(PASTE, base64.b64encode(image()).decode())
    opened.locator("#picture_alt").fill("A map of accounts")
    opened.locator("#picture_licence").fill("Jane Roe, CC BY 4.0")
    opened.get_by_role("button", name="Add", exact=True).click()
    until(opened, "document.querySelector('textarea[name=body]').value.includes('/media/')")
    save(opened)
    shown = opened.locator("article figure img")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 40
    assert "CC BY 4.0" in opened.locator("figcaption").inner_text()


def test_enter_in_a_line_of_the_form_saves_and_opens_no_preview(member, open_page):
    target = page(body="Text")
    opened = open_page(target.get_absolute_url() + "edit/", as_user=member)
    area_of(opened).fill("Text and more")
    with opened.expect_navigation():
        opened.locator("input[name=reason]").press("Enter")
    assert "Text and more" in opened.locator("article").inner_text()


def test_a_draft_that_was_not_saved_is_offered_back(member, open_page):
    target = page(body="Text")
    opened = open_page(target.get_absolute_url() + "edit/", as_user=member)
    opened.on("dialog", lambda dialog: dialog.accept())
    area_of(opened).fill("Text and more")
    until(opened, "localStorage.length > 0")
    opened.goto(target.get_absolute_url() + "edit/")
    assert area_of(opened).input_value() == "Text"
    opened.get_by_role("button", name="Take it").click()
    assert area_of(opened).input_value() == "Text and more"
    save(opened)
    opened.goto(target.get_absolute_url() + "edit/")
    assert opened.locator("[data-draft]").is_hidden()


def test_a_draft_of_one_kind_is_not_offered_for_a_page_of_another(member, open_page):
    opened = open_page("/encyclopedia/en/new/?kind=technique", as_user=member)
    opened.on("dialog", lambda dialog: dialog.accept())
    opened.locator("input[name=title]").fill("Hashtag flooding")
    until(opened, "localStorage.length > 0")
    opened.goto("/encyclopedia/en/new/?kind=actor")
    assert opened.locator("[data-draft]").is_hidden()
    opened.goto("/encyclopedia/en/new/?kind=technique")
    assert opened.locator("[data-draft]").is_visible()


def test_enter_in_the_reason_decides_nothing(member, open_page):
    target = page(body="Text")
    text = document(body="Text and more")
    proposed = writing.save(page=target, base=target.current, document=text, writer=PROPOSES).revision
    opened = open_page(proposed.get_absolute_url(), as_user=member)
    opened.locator("#reason").click()
    opened.keyboard.type("No source")
    opened.keyboard.press("Enter")
    follow(opened.get_by_role("button", name="Reject"))
    assert Revision.objects.get(pk=proposed.pk).decision_reason == "No source"
    assert Revision.objects.get(pk=proposed.pk).status == "rejected"


def test_two_browsers_change_the_same_sentence_and_both_texts_are_shown(member, open_page):
    target = page(body="One sentence.")
    other = MembershipFactory(role=Role.MEMBER, user__name="Bob").user
    first, second = (open_page(target.get_absolute_url() + "edit/", as_user=user) for user in (member, other))
    area_of(first).fill("Alice’s sentence.")
    area_of(second).fill("Bob’s sentence.")
    save(first)
    save(second)
    assert "Somebody else changed" in second.locator("main").inner_text()
    assert area_of(second).input_value() == "Bob’s sentence."
    difference, title = (second.locator(place).bounding_box() for place in (".diff", "label[for=id_title]"))
    assert title["y"] - (difference["y"] + difference["height"]) >= 24, "the form touches the comparison"
    sign = second.locator(".diff .sign").first
    assert sign.evaluate("sign => getComputedStyle(sign).borderRadius") == "0px"
    area_of(second).fill("Alice’s and Bob’s sentence.")
    save(second)
    assert "Alice’s and Bob’s" in second.locator("article").inner_text()
    assert Revision.objects.filter(status="conflict").count() == 1


@pytest.mark.parametrize("javascript", [True, False])
def test_one_section_is_edited_by_itself_with_and_without_javascript(member, open_page, javascript):
    source()
    target = page(body=BODY)
    opened = open_page(target.get_absolute_url(), as_user=member, javascript=javascript)
    follow(opened.locator(".edit-section a[href$='s2-what-helps']"))
    assert area_of(opened).input_value() == "## What helps\n\nCount them."
    area_of(opened).fill("## What helps\n\nName them.")
    save(opened)
    text = opened.locator("article").inner_text()
    assert "Name them." in text
    assert "Many accounts" in text


def test_a_visitor_without_javascript_asks_and_a_moderator_answers(member, open_page):
    target = page(body=BODY)
    visitor = open_page(target.get_absolute_url(), javascript=False)
    follow(visitor.get_by_role("link", name="Discussion"))
    visitor.get_by_label("Subject").fill("Whence the figure?")
    visitor.locator("#id_text").fill("Which year is it of?")
    follow(visitor.locator("section.panel button"))
    assert "Whence the figure?" not in visitor.locator("main").inner_text()
    moderator = open_page(target.get_absolute_url() + "discussion/", as_user=member)
    moderator.get_by_text("Moderate").click()
    follow(moderator.get_by_role("button", name="Show"))
    visitor.reload()
    assert "Which year is it of?" in visitor.locator("main").inner_text()


@pytest.mark.parametrize("view", VIEWS, ids=["phone-dark-fr", "desk-light-en"])
def test_axe_finds_nothing_and_nothing_is_too_wide(member, open_page, view):
    found = source(title="A report", problem="http_status 404", address="https://example.org/" + "x" * 90)
    picture = pictures.add(content=image(900, 300), alt="A map", licence="CC0", adder=member)
    target = page(body=f"{BODY}\n\n{picture.markdown}\n\n[@unknown]", summary="What it is")
    for is_shown in (True, False):
        discussing.begin(page=target, title="A doubt", text="Really?", author=member, is_shown=is_shown)
    opened = open_page("/", as_user=member, **view)
    at = target.get_absolute_url()
    lists = ("", "pages/", "stale/", "watching/", "sources/", "sources/new/", "pictures/", "proposals/")
    paths = [
        *(f"/encyclopedia/{each}" for each in lists),
        *(f"{at}{each}" for each in ("", "edit/", "history/")),
    ]
    faults = {}
    for path in [
        *paths,
        f"{at}edit/?section=s1-x",
        f"{at}discussion/",
        found.get_absolute_url(),
        picture.get_absolute_url(),
    ]:
        opened.goto(path)
        width = opened.evaluate("document.documentElement.scrollWidth")
        faults[path] = found_on(opened) + ([f"{width} wide"] if width > view["width"] else [])
    assert {path: each for path, each in faults.items() if each} == {}


@pytest.mark.data
def test_hostile_pages_run_nothing(member, open_page):
    corpus = need_shared_data("wiki/xss/payloads.jsonl").read_text(encoding="utf-8").split("\n")
    payloads = [json.loads(line)["payload"] for line in corpus if line]
    paths = []
    for at in range(0, len(payloads), 200):
        batch = payloads[at : at + 200]
        some = " ".join(batch[0].split())
        made = page(
            some[:200] or "x",
            kind="tool",
            summary=" ".join(batch[1].split())[:600],
            tags=tuple(" ".join(each.split())[:80] or "x" for each in batch[2:6]),
            fields={"owner": batch[6], "link": batch[7], "purpose": batch[8], "price": batch[9]},
            body="\n\n".join(
                f"{each}\n\n![{each}](/media/encyclopedia/{each})\n\n[x]({each}) [[{each}]]" for each in batch
            ),
        )
        paths.append(made.get_absolute_url())
    opened = open_page("/", as_user=member)
    opened.on("dialog", lambda dialog: pytest.fail(f"something ran: {dialog.message}"))
    for path in [
        *paths,
        *(f"{paths[0]}{each}" for each in ("edit/", "history/", "blame/", "discussion/")),
        "/encyclopedia/",
        "/encyclopedia/pages/",
        "/encyclopedia/changes/",
        "/encyclopedia/wanted/",
        "/encyclopedia/stale/",
    ]:
        opened.goto(path)
        forbidden = "main script, main iframe, main object, main embed, main svg:not(.icon), main form[action^='http']"
        assert opened.locator(forbidden).count() == 0, path
        handlers = "e => [...e.attributes].some(each => each.name.startsWith('on'))"
        assert not opened.evaluate(f"[...document.querySelectorAll('main *')].some({handlers})"), path
    assert len(paths) == Page.objects.count()


def test_what_completes_a_name_is_within_a_small_screen(member, open_page):
    for number in range(6):
        page(f"Bot farm {number}", body="x")
    opened = open_page(page(body="Text\n\n" * 40).get_absolute_url() + "edit/", width=390, as_user=member)
    area_of(opened).click()
    opened.keyboard.press("Control+End")
    opened.keyboard.type("[[Bot")
    opened.locator(".editor-offers li", has_text="Bot farm 5").wait_for()
    until(
        opened, "document.querySelector('.editor-offers').getBoundingClientRect().bottom <= innerHeight + 1"
    )


def test_the_graph_of_links_opens_on_a_phone_where_its_page_stands(open_page):
    target = page("Sockpuppet", body="x")
    page("Flood", body="[[Sockpuppet]]")
    opened = open_page(f"{target.get_absolute_url()}graph/", width=390)
    where = "(box => box.left + box.width / 2)(document.querySelector('circle.is-centre').getBoundingClientRect())"
    until(opened, f"Math.abs({where} - innerWidth / 2) < 40")
