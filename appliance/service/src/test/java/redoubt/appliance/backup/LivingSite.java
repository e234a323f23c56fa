package redoubt.appliance.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import redoubt.appliance.conversations.ContentStore;
import redoubt.appliance.conversations.Erasures;
import redoubt.appliance.conversations.Item;
import redoubt.appliance.conversations.Items;
import redoubt.appliance.conversations.PersonErasures;
import redoubt.appliance.identity.Acts;
import redoubt.appliance.identity.ApiKeys;
import redoubt.appliance.identity.Database;
import redoubt.appliance.identity.Holds;
import redoubt.appliance.identity.People;
import redoubt.appliance.identity.Role;
import redoubt.appliance.record.Ledger;
import redoubt.appliance.record.SiteRecord;
import redoubt.appliance.site.Home;
import redoubt.appliance.site.Secrets;
import redoubt.engine.client.GenerationRequest;
import redoubt.engine.client.Owner;
import redoubt.engine.client.Prompt;
import redoubt.engine.client.SamplingParameters;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;
import redoubt.provenance.record.RecordSettings;

/// A home with a real record, real content and real people, and no engine.
final class LivingSite implements AutoCloseable {
    static final String PASSWORD = "correct horse battery staple";
    static final Actor OFFICER = new Actor("p-officer", "password", "s", List.of("compliance"));

    final Home home;
    final AuditRecord record;
    final SiteRecord ledger;
    final Database database;
    final ContentStore content;
    final Items items;
    final Acts acts;
    final People people;
    final ApiKeys apiKeys;
    final Holds holds;
    final SealedRows rows;
    final List<String> told = new ArrayList<>();
    // What else happens while a backup is made.
    BackupWriter.Progress meanwhile = (_, _, _) -> {};

    LivingSite(Path root) throws Exception {
        home = Home.open(root);
        record =
                AuditRecord.open(
                        new RecordSettings(
                                home.record(),
                                home.keys(),
                                home.trust(),
                                "Test site",
                                "test",
                                Bytes.of(new byte[32]),
                                InstantSource.system()));
        if (home.fresh()) home.installed(InstantSource.system().instant());
        ledger = new SiteRecord(record);
        database = Database.open(home.database());
        content = ContentStore.open(home.content(), home.keys());
        items = new Items(content, database);
        acts = new Acts(database, ledger);
        people = new People(database, acts, InstantSource.system());
        apiKeys = new ApiKeys(database, acts, InstantSource.system());
        holds = new Holds(database, acts);
        rows = new SealedRows(home.keys());
    }

    String person(String name) throws Exception {
        return people.create(name, PASSWORD, Set.of(Role.ADMINISTRATOR), Actor.SYSTEM).id();
    }

    /// A conversation with one question in it; returns the conversation.
    String ask(String owner, String text) throws IOException {
        String conversation = Secrets.id();
        items.write(new Item.Conversation(conversation, owner, 1, text, 1));
        items.write(
                new Item.Question(Secrets.id(), owner, 2, conversation, text, Secrets.bytes(32)));
        return conversation;
    }

    /// A conversation whose second question keeps what was said before it, and which is called as
    /// its first.
    record Talk(String conversation, String question, String answer, String later) {}

    Talk talk(String owner, String secret) throws IOException {
        var talk = new Talk(Secrets.id(), Secrets.id(), Secrets.id(), Secrets.id());
        items.write(new Item.Conversation(talk.conversation(), owner, 1, secret, 5));
        byte[] key = Secrets.bytes(32);
        items.write(new Item.Question(talk.question(), owner, 2, talk.conversation(), secret, key));
        items.write(
                new Item.Answer(
                        talk.answer(),
                        owner,
                        3,
                        talk.conversation(),
                        talk.question(),
                        "Yes: " + secret,
                        key,
                        new Item.ModelNamed("tiny", "00", "llama"),
                        "stop",
                        1,
                        1,
                        new Item.Entry(
                                "r",
                                "log",
                                7,
                                8,
                                "leaf",
                                "previous",
                                "ML-DSA-65",
                                "sha",
                                owner,
                                "password",
                                "s",
                                List.of("staff")),
                        "urn",
                        new byte[0]));
        var asked =
                new Item.Asked(
                        "tiny",
                        new GenerationRequest(
                                "r",
                                new Owner(owner, owner, Owner.Priority.INTERACTIVE),
                                new Prompt.Text(secret + " And then?"),
                                SamplingParameters.greedy(),
                                4,
                                List.of(),
                                1),
                        Map.of(),
                        null);
        items.write(
                new Item.Question(
                        talk.later(), owner, 4, talk.conversation(), "And then?", key, asked));
        items.write(new Item.Question(Secrets.id(), owner, 5, talk.conversation(), "Why?", key));
        return talk;
    }

    void erase(String conversation) throws Exception {
        erasures().erase(conversation, OFFICER);
        settle();
    }

    private Erasures erasures() {
        return new Erasures(items, database, ledger, holds, (_, _) -> {});
    }

    /// Waits until the checkpoint's file covers all that was recorded.
    void settle() throws RecordException {
        record.appendDurably(new Event.Administered("test", "settled"), Actor.SYSTEM);
    }

    void erasePerson(String person) throws Exception {
        new PersonErasures(items, database, erasures(), holds, rows::forget)
                .erase(people, person, false, OFFICER);
    }

    BackupWriter writer() {
        return new BackupWriter(
                new BackupWriter.Parts(
                        home, content, database, rows, ledger, holds, acts, InstantSource.system()),
                (what, done, all) -> {
                    told.add(what);
                    meanwhile.at(what, done, all);
                });
    }

    BackupJob job(Ledger noted) {
        return new BackupJob(
                home,
                content,
                database,
                rows,
                noted,
                holds,
                acts,
                record.logId().hex(),
                InstantSource.system());
    }

    /// Every file of the content store.
    List<String> files() throws IOException {
        List<String> files = new ArrayList<>();
        for (String folder : ContentStore.folders()) files.addAll(content.files(folder));
        return files;
    }

    BackupWriter.Made backUp(Path medium, Path keys) throws Exception {
        settle();
        return writer().make(medium, Optional.of(keys), OFFICER);
    }

    void writeKeys(Path keys) throws Exception {
        writer().keys(record.logId().hex(), keys, OFFICER);
    }

    List<Event> events() throws Exception {
        List<Event> all = new ArrayList<>();
        for (long sequence = 0; sequence < record.size(); sequence++)
            all.add(record.entry(sequence).event());
        return all;
    }

    /// What the root does for a home on other hardware: there is a key again that belongs to the
    /// record's last epoch.
    void lendEpochTo(Path restored) throws IOException {
        Files.copy(home.keys().resolve("epoch.key"), restored.resolve("keys/epoch.key"));
    }

    /// Files below these folders that hold such bytes.
    static List<Path> holding(String text, Path... folders) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path folder : folders)
            try (var files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList())
                    if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                            .contains(text)) found.add(file);
            }
        return found;
    }

    @Override
    public void close() throws RecordException {
        database.close();
        record.close();
    }
}
