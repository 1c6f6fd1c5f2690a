"""A cluster as files: for network programs, for spreadsheets, and a pack of evidence with its manifest."""

import hashlib
import io
import json
import zipfile
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_POST

from botdetect import evidence
from botdetect.models import Cluster
from botdetect.views.access import reviewers_only, user_of
from botdetect.views.reviewing import find_cluster
from disinfo.accounts import audit
from disinfo.exports import csv_lines

_EDGE_COLUMNS = ("a", "b", "weight", "objects", "fast", "lambda", "p", "q")
_MEMBER_COLUMNS = ("account", "core", "degree")


@reviewers_only
@require_POST
def export(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """Give a cluster as graphml, gexf, csv, json or pack; the reason is asked for and kept."""
    cluster = find_cluster(request, pk)
    makers = {"graphml": graphml, "gexf": gexf, "csv": edges_csv, "json": as_json, "pack": pack}
    if kind not in makers:
        raise Http404
    audit.record(
        "bots.exported",
        actor=user_of(request),
        on=cluster,
        kind=kind,
        reason=request.POST.get("reason", "")[:500],
    )
    ending = "zip" if kind == "pack" else kind
    headers = {"Content-Disposition": f'attachment; filename="cluster-{cluster.pk}.{ending}"'}
    return HttpResponse(makers[kind](cluster), content_type="application/octet-stream", headers=headers)


def _members(cluster: Cluster) -> list[dict[str, Any]]:
    """Each member, with its place in the drawing where it has one."""
    rows = cluster.members.order_by("number").values_list("number", "name", "core", "degree")
    found = []
    for number, name, core, degree in rows:
        x, y = cluster.layout.get(str(number), (None, None))
        found.append({"number": number, "account": name, "core": core, "degree": degree, "x": x, "y": y})
    return found


def _edges(cluster: Cluster) -> list[dict[str, Any]]:
    names = dict(cluster.members.values_list("number", "name"))
    return [
        {
            "a": names[edge.a],
            "b": names[edge.b],
            "weight": edge.shares,
            "objects": edge.objects_count,
            "fast": edge.fast,
            "lambda": edge.expected,
            "p": edge.p,
            "q": edge.q,
        }
        for edge in cluster.edges.order_by("a", "b")
        if edge.a in names and edge.b in names
    ]


def graphml(cluster: Cluster) -> bytes:
    """GraphML (graphml.graphdrawing.org), identifiers as text."""
    keys = [("weight", "int"), ("objects", "int"), ("lambda", "double"), ("p", "double"), ("q", "double")]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ]
    lines += [f'<key id="{name}" for="edge" attr.name="{name}" attr.type="{kind}"/>' for name, kind in keys]
    lines += [
        '<key id="core" for="node" attr.name="core" attr.type="int"/>',
        *(f'<key id="{axis}" for="node" attr.name="{axis}" attr.type="double"/>' for axis in "xy"),
        '<graph edgedefault="undirected">',
    ]
    for row in _members(cluster):
        known = [name for name in ("core", "x", "y") if row[name] is not None]
        data = "".join(f'<data key="{name}">{row[name]}</data>' for name in known)
        lines.append(f"<node id={quoteattr(row['account'])}>{data}</node>")
    for row in _edges(cluster):
        data = "".join(f'<data key="{name}">{escape(str(row[name]))}</data>' for name, _kind in keys)
        lines.append(f"<edge source={quoteattr(row['a'])} target={quoteattr(row['b'])}>{data}</edge>")
    return "\n".join([*lines, "</graph></graphml>", ""]).encode()


def gexf(cluster: Cluster) -> bytes:
    """GEXF 1.3 (gexf.net), for Gephi."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">',
        '<graph defaultedgetype="undirected"><nodes>',
    ]
    for row in _members(cluster):
        name, place = quoteattr(row["account"]), ""
        if row["x"] is not None:
            place = f'<viz:position x="{row["x"]}" y="{row["y"]}" z="0.0"/>'
        lines.append(f"<node id={name} label={name}>{place}</node>")
    lines.append("</nodes><edges>")
    for number, row in enumerate(_edges(cluster)):
        ends = f"source={quoteattr(row['a'])} target={quoteattr(row['b'])}"
        lines.append(f'<edge id="{number}" {ends} weight="{row["objects"]}"/>')
    return "\n".join([*lines, "</edges></graph></gexf>", ""]).encode()


def edges_csv(cluster: Cluster) -> bytes:
    """The edges, in the columns of the engine's own edges.csv."""
    return "".join(csv_lines(_EDGE_COLUMNS, _edges(cluster))).encode()


def as_json(cluster: Cluster) -> bytes:
    """Nodes and edges."""
    found = {"report": cluster.run.report, "nodes": _members(cluster), "edges": _edges(cluster)}
    return json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True).encode()


def pack(cluster: Cluster) -> bytes:
    """A zip of everything a second opinion needs, and a manifest with the SHA-256 of each file."""
    timeline = [
        {**share, "object": row["object"], "at": share["at"].isoformat() if share["at"] else ""}
        for row in evidence.timeline_of(cluster)
        for share in row["shares"]
    ]
    files = {
        "edges.csv": edges_csv(cluster),
        "members.csv": "".join(csv_lines(_MEMBER_COLUMNS, _members(cluster))).encode(),
        "shares.csv": "".join(csv_lines(("object", "account", "at", "delay"), timeline)).encode(),
        "report.json": json.dumps(cluster.run.report, indent=2, sort_keys=True).encode(),
        "network.graphml": graphml(cluster),
    }
    manifest = {
        "cluster": cluster.pk,
        "run": cluster.run_id,
        "input_sha256": cluster.run.input_hash,
        "result_sha256": cluster.run.result_hash,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    files["manifest.json"] = json.dumps(manifest, indent=2, sort_keys=True).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()
