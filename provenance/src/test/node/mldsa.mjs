// ML-DSA by @noble/post-quantum: judges signatures of ours and makes some of its own.
// mldsa.mjs IN OUT MODULES: IN is JSON, { cases: [{ set, publicKey, message, signature }], seeds: [{ set, seed, message }] }, all in hex.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [input, output, modules] = process.argv.slice(2);
const found = createRequire(modules + "/").resolve("@noble/post-quantum/ml-dsa.js");
const { ml_dsa44, ml_dsa65, ml_dsa87 } = await import(pathToFileURL(found));
const sets = { 44: ml_dsa44, 65: ml_dsa65, 87: ml_dsa87 };
const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const hex = (data) => Buffer.from(data).toString("hex");

function verifies({ set, publicKey, message, signature }) {
    try {
        return sets[set].verify(bytes(signature), bytes(message), bytes(publicKey));
    } catch {
        return false;
    }
}

function signs({ set, seed, message }) {
    const { publicKey, secretKey } = sets[set].keygen(bytes(seed));
    return { set, publicKey: hex(publicKey), message, signature: hex(sets[set].sign(bytes(message), secretKey)) };
}

const asked = JSON.parse(readFileSync(input, "utf8"));
writeFileSync(output, JSON.stringify({ verdicts: asked.cases.map(verifies), made: asked.seeds.map(signs) }));
