// Small helps on top of pages that work without them.
import { startTheme } from "./theme.js";
import { startCopy } from "./copy.js";
import { startKeys } from "./keys.js";
import { startJobs } from "./job.js";
import { startMenus } from "./menus.js";

startTheme();
startCopy();
startKeys();
startJobs();
startMenus();
