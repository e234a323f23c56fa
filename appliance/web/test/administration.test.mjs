import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setting } from "./setting.mjs";

const here = setting();

async function at(part, name = "grace") {
  const desk = await here.signedIn(name);
  await desk.page.goto(`${here.fake.url}/#/admin/${part}`);
  return desk.page;
}

describe("Administration", () => {
  it("is not offered to staff, and says so to those who come by its address", async () => {
    const page = await at("people", "ada");
    await page.getByRole("heading", { name: "This part is for administrators" }).waitFor();
    assert.equal(await page.getByRole("link", { name: "Administration" }).count(), 0);
    assert.ok(!here.fake.requests.includes("GET /api/people"));
  });

  it("shows what the service says of itself, and says when it cannot", async () => {
    const page = await at("status");
    await page.getByText("by nobody: no witness policy is set").waitFor();
    here.fake.refuseNext = { path: "/api/status", status: 500, code: "internal", message: "The record cannot be read." };
    await page.getByRole("button", { name: "Look again" }).click();
    await page.getByRole("alert").getByText("The record cannot be read.").waitFor();
  });

  it("shows a new key once, and never again", async () => {
    const page = await at("keys");
    await page.getByLabel("What the key is for").fill("translation desk");
    await page.getByLabel("Role").selectOption("compliance");
    await page.getByRole("button", { name: "Create key" }).click();
    const { secret, role } = await page.waitForFunction(() => document.querySelector(".secret code")).then(() => here.fake.keys[0]);
    assert.equal(role, "compliance");
    await page.getByText(secret).waitFor();
    await page.getByRole("button", { name: "Copy: Key" }).click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
    await page.getByRole("button", { name: "I have copied it" }).click();
    await page.getByRole("rowheader", { name: "translation desk" }).waitFor();
    assert.ok(!(await page.content()).includes(secret));
  });

  it("makes one key of two clicks", async () => {
    const page = await at("keys");
    await page.getByLabel("What the key is for").fill("once");
    await page.evaluate(() => {
      const form = document.querySelector("#key-name").form;
      form.requestSubmit();
      form.requestSubmit();
    });
    await page.getByRole("button", { name: "I have copied it" }).waitFor();
    assert.equal(here.fake.keys.filter((key) => key.name === "once").length, 1);
    assert.equal(here.fake.requests.filter((request) => request === "POST /api/keys").length, 1);
  });

  it("revokes a key after asking", async () => {
    const page = await at("keys");
    await page.getByLabel("What the key is for").fill("old batch");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "I have copied it" }).click();
    await page.getByRole("button", { name: "Revoke the key for old batch" }).click();
    assert.equal(here.fake.keys[0].revokedAt, undefined);
    await page.getByRole("button", { name: "Revoke key" }).click();
    await page.getByText("Revoked", { exact: true }).waitFor();
    assert.ok(here.fake.keys[0].revokedAt);
  });

  it("adds a person with a password that is long enough", async () => {
    const page = await at("people");
    await page.getByLabel("Name", { exact: true }).fill("linus");
    await page.getByLabel("First password").fill("short");
    await page.getByRole("button", { name: "Add person" }).click();
    await page.getByText("Enter a password of at least 12 characters").waitFor();
    await page.getByLabel("First password").fill("a long enough one");
    await page.getByLabel("Compliance").check();
    await page.getByRole("button", { name: "Add person" }).click();
    await page.getByRole("rowheader", { name: "linus" }).waitFor();
    assert.deepEqual(here.fake.people.at(-1).roles, ["staff", "compliance"]);
    await page.getByLabel("Name", { exact: true }).fill("linus");
    await page.getByLabel("First password").fill("a long enough one");
    await page.getByRole("button", { name: "Add person" }).click();
    await page.getByText("There is already a person of this name.").waitFor();
  });

  it("takes the right to sign in away", async () => {
    const page = await at("people");
    await page.getByRole("button", { name: "Change ada" }).click();
    await page.getByLabel("May not sign in").check();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("cell", { name: "May not sign in" }).waitFor();
    assert.equal(here.fake.people[0].disabled, true);
  });
});

describe("Models", () => {
  it("are listed with their verdict, and loaded", async () => {
    const page = await at("models");
    await page.getByText("Llama fits: it needs 3.9 GiB").waitFor();
    await page.getByText("5.5 GiB of memory are promised").waitFor();
    await page.getByText("Adapters: legal").waitFor();
    await page.getByRole("button", { name: "Load llama" }).click();
    await page.getByRole("button", { name: "Unload llama" }).waitFor();
    assert.equal(here.fake.plan.models[1].state, "ready");
  });

  it("are unloaded after asking, and pinned", async () => {
    const page = await at("models");
    await page.getByRole("button", { name: "Unload Qwen 2.5 7B Instruct" }).click();
    assert.equal(here.fake.plan.models[0].state, "ready");
    await page.getByRole("button", { name: "Unload model" }).click();
    await page.getByRole("button", { name: "Load Qwen 2.5 7B Instruct", exact: true }).waitFor();
    await page.getByRole("button", { name: "Pin llama" }).click();
    await page.getByRole("button", { name: "Unpin llama" }).waitFor();
  });

  it("have rules that are changed together", async () => {
    const page = await at("models");
    await page.getByLabel("A question for a model that is not loaded loads it").uncheck();
    await page.getByLabel("Memory for all models together").fill("lots");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Enter a whole number").waitFor();
    await page.getByLabel("Memory for all models together").fill("8192");
    await page.getByRole("button", { name: "Save" }).click();
    await page.waitForFunction(() => true);
    await page.getByText("The rules were changed.").waitFor({ state: "attached" });
    assert.deepEqual(here.fake.plan.settings, { loadOnDemand: false, makeRoom: true, memoryMib: 8192 });
  });

  it("are given another that guesses for them, from the next load on", async () => {
    const page = await at("models");
    await page.getByLabel("Model that guesses for Qwen 2.5 7B Instruct").selectOption({ label: "llama" });
    await page.getByText("From the next load on.").waitFor();
    assert.equal(here.fake.plan.models[0].draft, "llama");
    await page.getByLabel("Model that guesses for Qwen 2.5 7B Instruct").selectOption({ label: "no other model" });
    await page.getByText("From the next load on.").waitFor({ state: "detached" });
    assert.equal(here.fake.plan.models[0].draft, "");
  });

  it("say why they could not be loaded", async () => {
    const page = await at("models");
    here.fake.refuseNext = { path: "/load", status: 503, code: "does_not_fit", message: "It does not fit. Unload one." };
    await page.getByRole("button", { name: "Load llama" }).click();
    await page.getByRole("alert").getByText("It does not fit. Unload one.").waitFor();
  });
});

describe("The seal", () => {
  it("holds when every way out was blocked", async () => {
    const page = await at("seal");
    await page.getByRole("button", { name: "Check the seal now" }).click();
    await page.getByText("All 8 ways out were tried and blocked.").waitFor();
    await page.getByText("Recorded as entry 1205").waitFor();
    await page.getByRole("heading", { name: "What the seal covers" }).waitFor();
  });

  it("says which ways are open by design, and still holds", async () => {
    here.fake.seal = structuredClone(here.fake.seal);
    Object.assign(here.fake.seal.results[4], { outcome: "allowed", detail: "The gateway starts engines." });
    const page = await at("seal");
    await page.getByRole("button", { name: "Check the seal now" }).click();
    await page.locator(".verdict.valid", { hasText: "7 ways out were tried and blocked. 1 is open by design" }).waitFor();
    await page.getByText("The gateway starts engines.").waitFor();
  });

  for (const word of ["open", "OPEN", "a word this page does not know"]) {
    it(`is said to be open when one way out is "${word}"`, async () => {
      here.fake.seal = structuredClone(here.fake.seal);
      here.fake.seal.results[4].outcome = word;
      const page = await at("seal");
      await page.getByRole("button", { name: "Check the seal now" }).click();
      await page.locator(".verdict.invalid", { hasText: "One way out is open." }).waitFor();
    });
  }

  it("is not said to hold when nothing was tried", async () => {
    here.fake.seal = { results: [] };
    const page = await at("seal");
    await page.getByRole("button", { name: "Check the seal now" }).click();
    await page.getByText("Not everything could be tried").first().waitFor();
    assert.equal(await page.locator(".verdict.valid").count(), 0);
  });
});
