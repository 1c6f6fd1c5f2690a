// Moves the bar of a running job; when it is over the page is loaded again, to show what it gave.
const EVERY_MS = 1500;
const SLOWEST_MS = 30_000;

async function watch(box, wait) {
  let job = null;
  try {
    const response = await fetch(box.dataset.job, { headers: { Accept: "application/json" } });
    if (response.ok) job = await response.json();
  } catch {
    // The network is away for a moment: ask again, more slowly.
  }
  if (job && ["done", "failed"].includes(job.state)) {
    location.reload();
    return;
  }
  if (job) {
    const bar = box.querySelector("progress");
    if (job.total) bar.value = job.percent;
    box.querySelector("[data-job-stage]").textContent = job.stage;
    box.querySelector("[data-job-count]").textContent = job.total ? `${job.done} / ${job.total}` : "";
  }
  const next = job ? EVERY_MS : Math.min(wait * 2, SLOWEST_MS);
  setTimeout(() => watch(box, next), next);
}

export function startJobs() {
  for (const box of document.querySelectorAll("[data-job]")) {
    setTimeout(() => watch(box, EVERY_MS), EVERY_MS);
  }
}
