// Starts the page.
import { render } from "preact";
import { App } from "./App";
import { start } from "./state/session";
import { t } from "./strings";
import "./style/app.css";

document.documentElement.lang = t.language;
document.documentElement.dir = t.direction;
render(<App />, document.getElementById("page")!);
void start();
