// Light or dark: the choice is a cookie, so that the server draws the first frame right. None means as the device.
const COOKIE = "disinfo_theme";
const YEAR = 365 * 24 * 3600;
const device = window.matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : device.matches;
}

function choose(theme) {
  const isAsDevice = (theme === "dark") === device.matches;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${COOKIE}=${theme}; Path=/; SameSite=Lax; Max-Age=${isAsDevice ? 0 : YEAR}${secure}`;
  if (isAsDevice) {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = theme;
  }
}

export function startTheme() {
  const buttons = document.querySelectorAll("[data-theme-toggle]");
  const show = () => buttons.forEach((button) => button.setAttribute("aria-pressed", String(isDark())));
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => {
      choose(isDark() ? "light" : "dark");
      show();
    });
  }
  device.addEventListener("change", show);
  show();
}
