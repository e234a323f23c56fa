// What each test file of the page has: one browser, and for every test a fresh fake service. After a
// test, whatever any page did that it must not (browser.mjs) fails it.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach } from "node:test";
import { Desk, launch } from "./browser.mjs";
import { FakeService } from "./fake/service.mjs";

export function setting() {
  const here = { desks: [] };
  before(async () => {
    here.browser = await launch();
  });
  after(async () => {
    await here.browser.close();
  });
  beforeEach(async () => {
    here.fake = await new FakeService().start();
  });
  afterEach(async () => {
    const faults = here.desks.flatMap((desk) => desk.faults);
    for (const desk of here.desks.splice(0)) await desk.close();
    await here.fake.stop();
    assert.deepEqual(faults, [], "the page did what it must not do");
  });
  here.open = async (options) => {
    const desk = await Desk.open(here.browser, here.fake.url, options);
    // Patience: a machine may be busy with other things.
    desk.page.setDefaultTimeout(60_000);
    here.desks.push(desk);
    return desk;
  };
  here.signedIn = async (name = "ada", options = {}) => {
    const desk = await here.open(options);
    await desk.signIn(name);
    return desk;
  };
  return here;
}
