"""Evidence proves itself without a network; whoever changes one byte of it is found out."""

import io
import shutil
import subprocess
import sys
import zipfile

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from disinfo import fetcher
from terms_tracker.evidence import verify
from terms_tracker.evidence.__main__ import main
from terms_tracker.evidence.contents import FACTS, MANIFEST, TIMESTAMP, manifest_of
from terms_tracker.evidence.timestamps import TimestampError, check, request_for
from terms_tracker.models import TimeStamp
from terms_tracker.services import evidencing
from tests.servers import Answer, serving
from tests.terms_tracker.factories import FIRST, SECOND, changed, open_terms

pytestmark = pytest.mark.django_db
CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/cert.pem
signer_key = {folder}/key.pem
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
[req]
distinguished_name = dn
[dn]
[ext]
extendedKeyUsage = critical,timeStamping
"""


@pytest.fixture
def data():
    return evidencing.bundle(version=changed(open_terms()), with_change=True)


def files_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def holds(data):
    return all(each.is_good for each in verify(data))


def test_the_evidence_of_a_change_holds_both_texts_both_snapshots_and_verifies(data):
    files = files_of(data)
    assert files["texts/before.md"].decode() == FIRST
    assert files["texts/after.md"].decode() == SECOND
    assert {"snapshots/before-1.html", "snapshots/after-1.html", "declaration.json", FACTS} <= files.keys()
    assert "Chirper" in files["statement.en.md"].decode()
    assert "portail" in files["statement.fr.md"].decode()
    assert holds(data)


def test_the_same_evidence_is_the_same_file(data):
    from terms_tracker.models import Version

    again = evidencing.bundle(version=Version.objects.get(kind="change"), with_change=True)
    assert again == data


@pytest.mark.parametrize("name", ["texts/after.md", "snapshots/before-1.html", FACTS, "statement.en.md"])
def test_a_changed_byte_is_found(data, name):
    files = files_of(data)
    files[name] += b" "
    assert not holds(packed(files))


def test_a_text_changed_with_its_manifest_is_found_by_git(data):
    files = files_of(data)
    files["texts/after.md"] += b"!"
    files[MANIFEST] = manifest_of({k: v for k, v in files.items() if k != MANIFEST})
    findings = verify(packed(files))
    assert next(each.what for each in findings if not each.is_good).startswith("texts/after.md")


def test_an_object_of_git_under_another_name_is_found(data):
    files = files_of(data)
    name = next(name for name in files if name.startswith("git/"))
    files[name] += b"x"
    files[MANIFEST] = manifest_of({k: v for k, v in files.items() if k != MANIFEST})
    assert not holds(packed(files))


def test_a_file_slipped_in_and_one_taken_out_are_found(data):
    files = files_of(data)
    assert not holds(packed({**files, "extra.txt": b"x"}))
    files.pop("texts/before.md")
    assert not holds(packed(files))


@given(st.binary(max_size=300))
def test_whatever_bytes_come_the_answer_is_a_finding(junk):
    assert not holds(junk)
    assert not holds(packed({FACTS: junk, MANIFEST: junk, TIMESTAMP: junk}))


def test_the_command_says_what_holds_and_fails_when_it_does_not(data, tmp_path, capsys):
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    good.write_bytes(data)
    files = files_of(data)
    bad.write_bytes(packed({**files, "texts/after.md": b"x"}))
    assert main(["verify", str(good)]) == 0
    assert "The evidence holds." in capsys.readouterr().out
    assert main(["verify", str(bad)]) == 1
    assert "NOT" in capsys.readouterr().out
    assert main(["verify", str(tmp_path / "none.zip")]) == 2


def test_it_is_verified_without_django(data, tmp_path):
    path = tmp_path / "evidence.zip"
    path.write_bytes(data)
    code = (
        "import sys; sys.argv = ['x', 'verify', sys.argv[1]]\n"
        "from terms_tracker.evidence.__main__ import main\n"
        "status = main(); assert 'django' not in sys.modules; sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr


def test_pages_give_it_to_take_away(client):
    version = changed(open_terms())
    for kind in ("change", "version"):
        address = reverse(f"terms:{kind}_evidence", args=[version.commit])
        page = version.get_change_url() if kind == "change" else version.get_absolute_url()
        assert address in client.get(page).content.decode()
        answer = client.get(address)
        assert answer["Content-Disposition"].endswith(f'-{kind}-{version.commit[:8]}.zip"')
        assert holds(answer.content)
        assert ("texts/before.md" in files_of(answer.content)) == (kind == "change")


def test_what_the_server_said_is_kept_as_evidence(terms):
    from tests.terms_tracker.conftest import check as check_now

    check_now()
    files = files_of(evidencing.bundle(version=terms.versions.get(), with_change=False))
    facts = files[FACTS].decode()
    assert '"x-http-status": "200"' in facts
    assert '"x-server-address": "127.0.0.1"' in facts


@pytest.fixture
def authority(tmp_path, settings):
    """A time-stamping authority: openssl behind a server."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl on this machine to play the authority")
    config = tmp_path / "tsa.cnf"
    config.write_text(CONFIG.format(folder=tmp_path))
    (tmp_path / "serial").write_text("01\n")
    run = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Invented authority"]
    run += ["-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem", "-config", config]
    subprocess.run([*run, "-extensions", "ext"], check=True, capture_output=True)

    def answer(request):
        query = tmp_path / "query.tsq"
        query.write_bytes(request.body)
        reply = ["openssl", "ts", "-reply", "-config", config, "-section", "here", "-queryfile", query]
        done = subprocess.run(reply, check=True, capture_output=True)
        return Answer(done.stdout, headers={"Content-Type": "application/timestamp-reply"})

    settings.FETCH_HOST_DELAY_MS = 0
    with serving() as server:
        settings.FETCH_ALLOW = [server.address]
        settings.TERMS_TIMESTAMP_URL = server.url("/stamp")
        server.answers["/stamp"] = answer
        yield server
        fetcher.close()


def test_evidence_is_stamped_once_and_the_stamp_is_checked(authority):
    version = changed(open_terms())
    data = evidencing.bundle(version=version, with_change=True)
    assert any("signed by CN=Invented authority" in each.what for each in verify(data))
    assert holds(data)
    assert evidencing.bundle(version=version, with_change=True) == data
    assert len(authority.requests) == 1
    files = files_of(data)
    token = files[TIMESTAMP]
    with pytest.raises(TimestampError, match="something else"):
        check(token, files[MANIFEST] + b"x")
    # The last byte is one of the signature.
    with pytest.raises(TimestampError):
        check(token[:-1] + bytes([token[-1] ^ 1]), files[MANIFEST])


def test_without_an_answer_of_the_authority_evidence_is_given_all_the_same(authority):
    authority.answers["/stamp"] = Answer(b"no", status=500)
    data = evidencing.bundle(version=changed(open_terms()), with_change=True)
    assert holds(data)
    authority.answers["/stamp"] = Answer(b"\x30\x03\x02\x01\x02")
    assert TIMESTAMP not in files_of(data)
    assert not TimeStamp.objects.exists()


@given(st.binary(max_size=200))
def test_no_bytes_pass_for_a_stamp(junk):
    with pytest.raises(TimestampError):
        check(junk, b"x")
    assert request_for(b"x")[0] == 0x30
