"""Collections: made, filled from a file, estimated, searched."""

import uuid
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from botdetect.coordination import EventsError
from botdetect.formats import guess, read_rows
from botdetect.forms import TRACE_NAMES, CollectionForm, MappingForm, RunForm, StreamForm, UploadForm
from botdetect.models import Cluster, Collection, Run
from botdetect.services import collections, runs, streams
from botdetect.values import RowError
from botdetect.views.access import reviewers_only, user_of
from disinfo.portal.models import Job

_PREVIEW_ROWS, _PREVIEW_SIGNS = 3, 80
_MAP_SIZE, _MAP_EDGE = 600, 60


@reviewers_only
@require_safe
def workbench(request: HttpRequest) -> HttpResponse:
    """What there is to do: clusters to review, collections, latest runs."""
    context = {
        "collections": Collection.objects.visible_to(request.user)[:50],
        "runs": Run.objects.visible_to(request.user).select_related("collection", "job")[:20],
        "queue": Cluster.objects.visible_to(request.user).to_review().select_related("run__collection")[:20],
        "confirmed": Cluster.objects.visible_to(request.user)
        .filter(state=Cluster.State.CONFIRMED)
        .select_related("run__collection")[:20],
    }
    return render(request, "botdetect/workbench.html", context)


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_collection(request: HttpRequest) -> HttpResponse:
    """A new, empty collection."""
    form = CollectionForm(request.POST or None, user=user_of(request))
    if request.method == "POST" and form.is_valid():
        made = collections.create(**form.cleaned_data, source=Collection.Source.FILE, actor=user_of(request))
        return redirect(made)
    return render(
        request, "botdetect/new_collection.html", {"form": form}, status=400 if form.errors else 200
    )


def _collection(request: HttpRequest, pk: int) -> Collection:
    return get_object_or_404(Collection.objects.visible_to(request.user), pk=pk)


@reviewers_only
@require_safe
def collection(request: HttpRequest, pk: int) -> HttpResponse:
    """A collection: what it holds, what to do with it; with parameters in the address, what a run would cost."""
    found = _collection(request, pk)
    asked = request.GET if "window" in request.GET else None
    form = RunForm(asked, collection=found, caller=request.user)
    context: dict[str, Any] = {
        "collection": found,
        "kinds": [(TRACE_NAMES.get(kind, kind), count) for kind, count in found.kinds.items()],
        "upload": UploadForm(),
        "stream": StreamForm(),
        "streams": Job.objects.filter(kind=streams.KIND, result__collection=found.pk)[:5],
        "is_collecting": streams.running(found).exists(),
        "harvests": found.harvests.all()[:10],
        "has_x": bool(settings.BOTS_X_TOKEN),
        "form": form,
        "runs": found.runs.select_related("job")[:20],
        "imports": Job.objects.filter(kind="bots.import", result__collection=found.pk)[:5],
    }
    if form.is_bound and form.is_valid():
        try:
            context["estimate"] = runs.estimated(
                collection=found,
                trace=form.cleaned_data["trace"],
                parameters=runs.parameters_of(form.parameters()),
            )
        except (EventsError, ValueError) as error:
            form.add_error(None, str(error))
    return render(request, "botdetect/collection.html", context)


@reviewers_only
@require_safe
def profiles(request: HttpRequest, pk: int) -> HttpResponse:
    """The map of a collection's profiles: which kinds there are, in numbers."""
    found = _collection(request, pk)
    context = {
        "collection": found,
        "map": found.profile_map,
        "drawing": _bubbles(found.profile_map),
        "size": _MAP_SIZE,
    }
    return render(request, "botdetect/profiles.html", context)


def _bubbles(drawn: dict[str, Any]) -> list[dict[str, Any]]:
    """Where each kind of profile is drawn in a square, by as large a circle as it has accounts."""
    kinds = drawn.get("kinds", [])
    most = max((kind["accounts"] for kind in kinds), default=1)
    return [
        {
            "x": round((kind["x"] + 1) / 2 * (_MAP_SIZE - 2 * _MAP_EDGE)) + _MAP_EDGE,
            "y": round((1 - kind["y"]) / 2 * (_MAP_SIZE - 2 * _MAP_EDGE)) + _MAP_EDGE,
            "r": round(5 + (_MAP_EDGE - 10) * (kind["accounts"] / most) ** 0.5, 1),
            "number": number,
            "accounts": kind["accounts"],
        }
        for number, kind in enumerate(kinds, 1)
    ]


@reviewers_only
@require_POST
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep an uploaded file, then ask which column is which."""
    found = _collection(request, pk)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect(found)
    name = _kept(found, form.cleaned_data["file"])
    return redirect("bots:mapping", found.pk, name)


def _kept(collection: Collection, file: "UploadedFile[Any]") -> str:
    lower = str(file.name).lower()
    ending = ".csv.gz" if lower.endswith(".csv.gz") else Path(lower).suffix
    name = f"{uuid.uuid4().hex}{ending}"
    collection.folder.mkdir(parents=True, exist_ok=True)
    with (collection.folder / name).open("wb") as kept:
        for chunk in file.chunks():
            kept.write(chunk)
    return name


@reviewers_only
@require_http_methods(["GET", "HEAD", "POST"])
def mapping(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The first rows of an uploaded file: a known format is offered, any other is mapped column by column."""
    found = _collection(request, pk)
    path = found.folder / Path(name).name
    if Path(name).name != name:
        raise SuspiciousFileOperation
    if not path.exists():
        raise Http404
    try:
        rows = list(islice(read_rows(path), _PREVIEW_ROWS))
    except RowError as error:
        rows, problem = [], str(error)
    else:
        problem = "" if rows else _("The file holds no row.")
    if problem:
        path.unlink()
        messages.error(request, problem)
        return redirect(found)
    columns = list(rows[0])
    known = guess(columns)
    form = MappingForm(request.POST or None, columns=columns)
    use_known = request.method == "POST" and "known" in request.POST and known != "mapped"
    if use_known or (request.method == "POST" and form.is_valid()):
        answer = {} if use_known else {key: value for key, value in form.cleaned_data.items() if value}
        job = collections.ask_for_import(
            collection=found,
            upload=name,
            kind=known if use_known else "mapped",
            mapping=answer,
            actor=user_of(request),
        )
        return redirect(job)
    context = {
        "collection": found,
        "form": form,
        "known": known if known != "mapped" else "",
        "columns": columns,
        "rows": [[str(value)[:_PREVIEW_SIGNS] for value in row.values()] for row in rows],
    }
    return render(request, "botdetect/mapping.html", context, status=400 if form.errors else 200)


@reviewers_only
@require_POST
def stream(request: HttpRequest, pk: int) -> HttpResponse:
    """Collect from a live source within a budget, or stop."""
    found = _collection(request, pk)
    form = StreamForm(request.POST)
    if "stop" in request.POST:
        streams.stop(collection=found, actor=user_of(request))
        messages.success(request, _("The collector stops within some seconds."))
    elif streams.running(found).exists():
        messages.error(request, _("This collection is being collected already: stop that first."))
    elif form.is_valid():
        fields = form.cleaned_data
        streams.start(
            collection=found,
            name=fields["source"],
            minutes=fields["minutes"],
            most_events=fields["most_events"],
            actor=user_of(request),
        )
        messages.success(request, _("Collecting begins. Its budget is shown on this page."))
    else:
        messages.error(request, _("Choose a source, and how many minutes and events at most."))
    return redirect(found)


@reviewers_only
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a worker find the clusters."""
    found = _collection(request, pk)
    form = RunForm(request.POST, collection=found, caller=request.user)
    if not form.is_valid():
        messages.error(request, _("Check the parameters of the run."))
        return redirect(found)
    run = runs.start(
        collection=found,
        trace=form.cleaned_data["trace"],
        parameters=form.parameters(),
        actor=user_of(request),
    )
    return redirect(run)
