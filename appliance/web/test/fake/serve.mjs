// The page against the fake service, to look at while working on it: http://localhost:8099,
// names "ada" (staff) and "grace" (administrator).
import { PASSWORD } from "./samples.mjs";
import { FakeService, usualAnswer } from "./service.mjs";

const fake = new FakeService();
fake.model = usualAnswer(undefined, 40);
fake.addConversation("Valid", fake.sealedPair("What is sealed?", "**This** text."));
fake.addConversation("Unknown signer", fake.sealedPair("Who signed?", "Somebody else.", "unknown_signer"));
fake.addConversation("Invalid", fake.sealedPair("What was changed?", "This text.", "invalid"));
await fake.start(Number(process.env.PORT ?? 8099));
console.log(`${fake.url}  ada or grace, password: ${PASSWORD}`);
