"""Two people in one room: one at a desk in English, one on a phone in French; what one says the other sees."""

from typing import Any

import pytest

from tests.collaborate.portals import World, world
from tests.e2e.clicks import follow
from tests.e2e.conftest import elsewhere, is_complaint
from tests.e2e.test_accessibility import found_on

pytestmark = pytest.mark.browser

FIELD = "[data-composer-text]"


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A running portal."""
    with world(tmp_path_factory.mktemp("var")) as made:
        yield made


@pytest.fixture
def enter(chromium: Any, there: World) -> Any:
    """Open a path of the portal as somebody, and watch the page."""
    contexts, complaints = [], []

    def enter(name: str, path: str = "", **options: Any) -> Any:
        values = {"viewport": {"width": 1280, "height": 900}, "locale": "en", "base_url": there.url} | options
        context = chromium.new_context(**values)
        context.set_default_timeout(60_000)
        context.add_cookies([{"name": "sessionid", "value": there.sessions[name], "url": there.url}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        # A connection that is cut on purpose is said on the console: all else is a fault.
        page.on("console", lambda line: complaints.append(line.text) if is_fault(line) else None)
        page.on("request", lambda request: elsewhere(request, there.url, complaints))
        page.goto(path or f"/collaborate/rooms/{there.room}/")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert complaints == []


def is_fault(line: Any) -> bool:
    return is_complaint(line) and "net::ERR" not in line.text


PHONE = {"viewport": {"width": 390, "height": 800}, "locale": "fr", "color_scheme": "dark", "has_touch": True}


def say(page: Any, text: str) -> None:
    page.fill(FIELD, text)
    page.press(FIELD, "Enter")


def message_of(page: Any, text: str) -> str:
    """The selector of the message that says so."""
    return f"#{page.locator('.said', has_text=text).get_attribute('id')}"


def is_live(page: Any) -> None:
    page.wait_for_selector("[data-room-page][data-state=open]")


def test_what_one_says_the_other_sees_and_answers(enter):
    desk, phone = enter("Alice"), enter("Bruno", **PHONE)
    is_live(desk)
    is_live(phone)
    say(desk, "@bruno, a **video** of a polling station")
    phone.wait_for_selector(".said-body strong:text('video')")
    assert phone.locator(".said-body mark").last.inner_text() == "@Bruno"
    phone.fill(FIELD, "Je regarde")
    phone.click("[data-composer] button[type=submit]")
    desk.wait_for_selector(".said-body:has-text('Je regarde')")
    message = message_of(desk, "Je regarde")
    desk.click(f"{message} [data-sign]")
    phone.wait_for_selector(f"{message} [data-count]:text('1')")


def test_a_sign_that_a_busy_portal_refuses_is_given_again_and_what_stays_refused_is_said(enter):
    desk = enter("Alice")
    is_live(desk)
    say(desk, "give it a sign")
    message = message_of(desk, "give it a sign")
    answers = [503, 429]
    desk.route(
        "**/react/", lambda route: route.fulfill(status=answers.pop()) if answers else route.continue_()
    )
    desk.click(f"{message} [data-sign]")
    desk.wait_for_selector(f"{message} [data-sign][aria-pressed=true] [data-count]:text('1')")
    desk.unroute("**/react/")
    desk.route("**/react/", lambda route: route.fulfill(status=403))
    desk.click(f"{message} [data-sign]")
    desk.wait_for_selector("[data-composer-state]:text('This could not be sent.')")
    assert desk.get_attribute(f"{message} [data-sign] >> nth=0", "aria-pressed") == "true"


def test_a_message_saved_with_a_key_is_said_to_be_saved_however_often_it_is_pressed(enter):
    desk = enter("Alice")
    is_live(desk)
    say(desk, "keep this one")
    said = desk.locator(".said", has_text="keep this one")
    for _ in range(2):
        desk.evaluate("document.querySelector('[data-composer-state]').textContent = ''")
        said.focus()
        desk.keyboard.press("s")
        desk.wait_for_selector("[data-composer-state]:text('among your saved messages')")
    desk.goto("/collaborate/saved/")
    assert desk.locator("main", has_text="keep this one").count() == 1


def test_a_message_that_was_said_while_one_was_away_is_there_once_in_its_place(enter, there):
    desk, phone = enter("Alice"), enter("Bruno", **PHONE)
    is_live(desk)
    is_live(phone)
    phone.context.set_offline(True)
    phone.evaluate("window.dispatchEvent(new Event('offline'))")
    for number in range(3):
        say(desk, f"while away {number}")
    desk.wait_for_selector(".said-body:has-text('while away 2')")
    say(phone, "written without a network")
    phone.context.set_offline(False)
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    desk.wait_for_selector(".said-body:has-text('written without a network')")
    phone.wait_for_selector(".said-body:has-text('while away 2')")
    numbers = phone.eval_on_selector_all(".said", "all => all.map(each => Number(each.dataset.number))")
    assert numbers == sorted(set(numbers))
    assert phone.locator(".said-body:has-text('written without a network')").count() == 1


def test_a_thread_is_followed_live_and_a_command_is_answered(enter):
    desk = enter("Alice")
    is_live(desk)
    desk.fill(FIELD, "/help")
    # A whole word is not completed: Enter sends it, whether or not its name was offered by then.
    desk.wait_for_selector("[data-offers] li")
    desk.press(FIELD, "Enter")
    desk.wait_for_selector(".said-body:has-text('/help [command]')")
    root = desk.locator(".said", has_text="/help").first
    follow(root.locator("[data-slot=thread]"))
    is_live(desk)
    say(desk, "an argument of its own")
    desk.wait_for_selector(".said-body:has-text('an argument of its own')")


def test_the_room_is_used_with_the_keyboard_alone(enter):
    desk = enter("Alice")
    is_live(desk)
    say(desk, "for the keys")
    desk.wait_for_selector(".said-body:has-text('for the keys')")
    desk.evaluate("document.activeElement.blur()")
    desk.keyboard.press("k")
    desk.keyboard.press("+")
    desk.wait_for_selector(".said:last-child [data-sign][aria-pressed=true]")
    desk.keyboard.press("r")
    assert desk.locator("[data-composer-root]").is_visible()
    desk.keyboard.type("@chl", delay=80)
    desk.wait_for_selector("[data-offers] li")
    desk.keyboard.press("Enter")
    assert desk.input_value(FIELD) == "@chloe "


def test_enter_takes_no_name_that_was_offered_for_fewer_letters(enter):
    desk = enter("Alice")
    is_live(desk)
    desk.type(FIELD, "@")
    desk.wait_for_selector("[data-offers] li:nth-child(2)")
    desk.route("**/names/**", lambda route: None)  # the next answer is long in coming
    desk.type(FIELD, "CHLO")
    desk.press(FIELD, "Enter")
    assert desk.input_value(FIELD) == "@chloe "
    desk.fill(FIELD, "")


def test_who_is_taken_out_of_the_room_is_told_so_at_once(enter, there):
    desk, phone = enter("Alice"), enter("Chloé", **PHONE)
    is_live(phone)
    desk.goto(f"/collaborate/rooms/{there.room}/moderation/")
    desk.select_option("select[name=user]", label="Chloé")
    desk.fill("input[name=reason]", "to try")
    follow(desk.locator("button[value=ban]"))
    phone.wait_for_selector("[data-room-page][data-state=closed]")
    follow(desk.locator("button[value=unban]"))


def test_a_draft_is_still_there_after_the_page_was_left(enter):
    desk = enter("Alice")
    desk.fill(FIELD, "not yet sent")
    desk.reload()
    assert desk.input_value(FIELD) == "not yet sent"
    desk.fill(FIELD, "")


@pytest.mark.parametrize("view", [{}, PHONE], ids=["desk-light-en", "phone-dark-fr"])
def test_axe_finds_nothing(enter, there, view):
    page = enter("Alice", **view)
    is_live(page)
    say(page, "Something to look at https://a.example/")
    page.wait_for_selector(".said-body:has-text('Something to look at')")
    place = f"/collaborate/rooms/{there.room}/"
    found = {"live": found_on(page)}
    paths = [place, f"{place}1/more/", f"{place}1/thread/", f"{place}catch-up/", f"{place}people/"]
    paths += [f"{place}settings/", f"{place}moderation/"]
    paths += [
        f"/collaborate/{each}"
        for each in ("", "new/", "search/?q=look", "saved/", "notifications/", "people/")
    ]
    for path in paths:
        page.goto(path)
        found[path] = found_on(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    assert {path: faults for path, faults in found.items() if faults} == {}


def in_sight(page, words, *, whole=True):
    """Until the message with these words (or only its end) stands in the window, above the field to write in."""
    page.wait_for_function(
        """([words, whole]) => {
          const said = [...document.querySelectorAll(".said")].findLast(each => each.textContent.includes(words));
          const field = document.querySelector("[data-composer]").getBoundingClientRect();
          const box = said?.getBoundingClientRect();
          return box && (box.top >= 0 || !whole) && box.bottom <= Math.min(field.top, window.innerHeight) + 1;
        }""",
        arg=[words, whole],
    )


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desk", "phone"])
def test_what_one_has_just_said_is_in_sight(enter, options):
    page = enter("Alice", **options)
    is_live(page)
    for number in range(8):
        say(page, f"in sight {number}\nand a second line")
        page.wait_for_selector(f".said-body:has-text('in sight {number}')")
    in_sight(page, "in sight 7")


def test_what_grows_below_its_words_stays_in_sight_too(enter):
    page = enter("Alice")
    is_live(page)
    for number in range(8):
        say(page, f"grows {number}\nand a second line")
        page.wait_for_selector(f".said-body:has-text('grows {number}')")
    in_sight(page, "grows 7")
    page.evaluate("document.querySelector('.said:last-child [data-slot=cards]').style.minHeight = '25rem'")
    in_sight(page, "grows 7", whole=False)
    page.evaluate("window.scrollTo({ top: 0, behavior: 'instant' })")
    page.wait_for_timeout(200)
    page.evaluate("document.querySelector('.said:last-child [data-slot=cards]').style.minHeight = '30rem'")
    page.wait_for_timeout(200)
    assert page.evaluate("window.scrollY") == 0


def test_a_permalink_shows_its_message_also_where_others_are_unread(enter, there):
    desk = enter("Alice")
    is_live(desk)
    for number in range(12):
        say(desk, f"unread for Chloé {number}")
        desk.wait_for_selector(f".said-body:has-text('unread for Chloé {number}')")
    number = desk.locator(".said", has_text="unread for Chloé 11").get_attribute("data-number")
    other = enter("Chloé", f"/collaborate/rooms/{there.room}/{number}/")
    in_sight(other, "unread for Chloé 11")


def test_what_one_began_on_the_phone_is_ended_at_the_desk(enter):
    phone = enter("Bruno", **PHONE)
    is_live(phone)
    with phone.expect_response(lambda answer: answer.url.endswith("/draft/") and answer.status == 204):
        phone.fill(FIELD, "Je commence ici")
    desk = enter("Bruno")
    is_live(desk)
    assert desk.input_value(FIELD) == "Je commence ici"
    desk.press(FIELD, "End")
    desk.keyboard.type(" et finis là")
    desk.press(FIELD, "Enter")
    phone.wait_for_selector(".said-body:has-text('et finis là')")
    phone.evaluate("localStorage.clear()")
    phone.reload()
    assert phone.input_value(FIELD) == ""


def test_the_script_that_hears_pushes_is_taken_by_the_browser(enter):
    page = enter("Alice")
    scope = page.evaluate(
        """async () => {
          const options = { scope: "/collaborate/" };
          const registration = await navigator.serviceWorker.register("/collaborate/worker.js", options);
          await navigator.serviceWorker.ready;
          const scope = new URL(registration.scope).pathname;
          await registration.unregister();
          return scope;
        }"""
    )
    assert scope == "/collaborate/"


def test_what_was_sent_to_a_portal_that_was_away_is_said_once_after_the_page_was_loaded_anew(enter):
    desk, phone = enter("Alice"), enter("Bruno", **PHONE)
    is_live(desk)
    is_live(phone)
    desk.route("**/messages/", lambda route: route.abort())
    say(desk, "sent while the portal was away")
    desk.wait_for_function("() => document.querySelector('[data-composer-state]').textContent")
    desk.unroute("**/messages/")
    desk.reload()
    phone.wait_for_selector(".said-body:has-text('sent while the portal was away')")
    desk.reload()
    is_live(desk)
    assert desk.locator(".said-body:has-text('sent while the portal was away')").count() == 1
    assert desk.input_value(FIELD) == ""


def test_an_answer_that_was_cut_off_is_asked_for_again_and_said_once(enter):
    desk = enter("Alice")
    is_live(desk)
    cut = []

    def answer(route):
        route.fetch()
        cut.append(True)
        route.fulfill(status=201, content_type="application/json", body='{"id": 1')

    desk.route("**/messages/", answer, times=1)
    say(desk, "its answer was cut off")
    say(desk, "and the next one")
    desk.wait_for_selector(".said-body:has-text('and the next one')")
    assert cut
    assert desk.locator(".said-body:has-text('its answer was cut off')").count() == 1


def test_what_is_refused_is_back_in_the_field_with_its_files(enter):
    desk = enter("Alice")
    is_live(desk)
    refusal = {"status": 403, "content_type": "text/html", "body": "<h1>Forbidden</h1>"}
    desk.route("**/messages/", lambda route: route.fulfill(**refusal), times=1)
    desk.set_input_files(
        "[data-composer] input[type=file]", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"}
    )
    say(desk, "refused at first")
    desk.wait_for_function("() => document.querySelector('[data-composer-state]').textContent")
    assert desk.input_value(FIELD) == "refused at first"
    desk.press(FIELD, "Enter")
    desk.wait_for_selector(".said:last-child .said-files:has-text('a.txt')")


def test_a_name_that_begins_with_an_accent_is_looked_for_too(enter):
    desk = enter("Alice")
    is_live(desk)
    desk.focus(FIELD)
    with desk.expect_request("**/names/?q=%C3%A9l"):
        desk.keyboard.type("@él")


def test_why_an_empty_file_is_refused_is_said_in_words(enter):
    desk = enter("Alice")
    is_live(desk)
    desk.set_input_files("[name=files]", {"name": "e.txt", "mimeType": "text/plain", "buffer": b""})
    say(desk, "with a file")
    desk.wait_for_selector("[data-composer-state]:has-text('empty')")


def test_after_the_jump_the_first_key_goes_to_the_first_unread_message(enter):
    reader = enter("Bruno")
    is_live(reader)
    address = reader.url
    reader.goto("/collaborate/")
    desk = enter("Alice")
    is_live(desk)
    for text in ("unread, the first", "unread, the second"):
        say(desk, text)
        desk.wait_for_selector(f".said-body:has-text('{text}')")
    reader.goto(address)
    is_live(reader)
    reader.click("a[href='#unread']")
    reader.wait_for_selector("#unread:target")
    first = message_of(reader, "unread, the first")
    reader.keyboard.press("j")
    reader.wait_for_selector(f"{first}:focus")
    reader.keyboard.press("j")
    reader.wait_for_selector(f"{message_of(reader, 'unread, the second')}:focus")
