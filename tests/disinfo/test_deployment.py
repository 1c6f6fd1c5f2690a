"""What a deployment is made of: no engine runs here, so the files are held against the code they name."""

import os
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
LISTED = set(re.findall(r"^([A-Z][A-Z0-9_]*)=", EXAMPLE, re.MULTILINE))


def test_every_service_that_is_needed_is_there_with_a_health_check():
    services = COMPOSE["services"]
    assert {"web", "worker", "beat", "database", "broker"} <= set(services)
    lasting = {name: service for name, service in services.items() if service.get("restart") != "no"}
    assert all("healthcheck" in service for service in lasting.values())


def test_nothing_runs_as_root():
    assert re.findall(r"^USER (\w+)", DOCKERFILE, re.MULTILINE)[-1] == "disinfo"
    for name, service in COMPOSE["services"].items():
        assert "build" in service or service["user"] not in {"root", "0"}, name


def test_data_lies_in_named_volumes():
    used = {
        volume.split(":")[0]
        for service in COMPOSE["services"].values()
        for volume in service.get("volumes", [])
    }
    assert used == set(COMPOSE["volumes"])


def test_every_variable_of_the_compose_file_is_in_the_example():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    given = {name for service in COMPOSE["services"].values() for name in service.get("environment", {})}
    given -= {"POSTGRES_USER", "POSTGRES_DB"}  # PostgreSQL's own, fixed here
    assert set(re.findall(r"\$\{(\w+)", text)) | given <= LISTED


def test_every_variable_that_the_settings_read_is_in_the_example():
    sources = [ROOT / "disinfo" / "settings.py", ROOT / "disinfo" / "accounts" / "adapters.py"]
    read = {
        name
        for source in sources
        for name in re.findall(
            r"env\.(?:text|flag|integer|amount|words|secret|pairs|address)\(\s*\"(\w+)\"",
            source.read_text(encoding="utf-8"),
        )
    }
    assert read - LISTED == set()
    unused = LISTED - read - {"DISINFO_PORT", "POSTGRES_PASSWORD"}
    assert unused == set()


def commands() -> list[list[str]]:
    found = [service["command"] for service in COMPOSE["services"].values() if "command" in service]
    for service in COMPOSE["services"].values():
        kind, *test = service.get("healthcheck", {}).get("test", ["NONE"])
        found += [test[0].split()] if kind == "CMD-SHELL" else [test] if test else []
    return found + [eval(match) for match in re.findall(r"CMD (\[.*\])", DOCKERFILE)]  # noqa: S307 (our own file)


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_exists(command):
    program, *arguments = command
    theirs = {"valkey-server", "valkey-cli", "pg_isready", "test"}
    if program == "python" and arguments[0] == "manage.py":
        assert arguments[1] in get_commands()
    elif program == "python":
        assert (ROOT / arguments[0]).exists()
    else:
        assert program in theirs or (Path(sys.executable).parent / program).exists()


def test_files_that_the_image_copies_exist():
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE):
        assert all((ROOT / name).exists() for name in line.split())


def test_a_deployment_passes_djangos_own_checks(tmp_path):
    environment = {
        **os.environ,
        "DISINFO_HTTPS": "1",
        "SECRET_KEY": string.ascii_letters,
        "ALLOWED_HOSTS": "disinfo.example",
        "DISINFO_VAR": str(tmp_path),
    }
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # the browser tests set it for this process
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_deployment_without_a_secret_does_not_start(tmp_path):
    environment = {**os.environ, "DISINFO_HTTPS": "1", "DISINFO_VAR": str(tmp_path)}
    environment.pop("SECRET_KEY", None)
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr
