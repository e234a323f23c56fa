package redoubt.appliance;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.answers.AnswerService;
import redoubt.appliance.answers.Outputs;
import redoubt.appliance.answers.Traces;
import redoubt.appliance.answers.WarmUp;
import redoubt.appliance.api.administration.RetentionApi;
import redoubt.appliance.api.telling.Streams;
import redoubt.appliance.backup.BackupJob;
import redoubt.appliance.backup.Restored;
import redoubt.appliance.backup.SealedRows;
import redoubt.appliance.conversations.ContentStore;
import redoubt.appliance.conversations.Items;
import redoubt.appliance.conversations.Retention;
import redoubt.appliance.engines.EngineHome;
import redoubt.appliance.engines.Engines;
import redoubt.appliance.http.Authentication;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.Route;
import redoubt.appliance.http.Server;
import redoubt.appliance.identity.Acts;
import redoubt.appliance.identity.ApiKeys;
import redoubt.appliance.identity.Database;
import redoubt.appliance.identity.Holds;
import redoubt.appliance.identity.People;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.identity.Sessions;
import redoubt.appliance.identity.SignIn;
import redoubt.appliance.metrics.Metrics;
import redoubt.appliance.parked.ParkedFiles;
import redoubt.appliance.record.Alarms;
import redoubt.appliance.record.Anchoring;
import redoubt.appliance.record.Refusals;
import redoubt.appliance.record.Searches;
import redoubt.appliance.record.SiteRecord;
import redoubt.appliance.record.Witnessing;
import redoubt.appliance.seal.SealCheck;
import redoubt.appliance.site.Home;
import redoubt.appliance.site.Installation;
import redoubt.appliance.site.Secrets;
import redoubt.appliance.site.Site;
import redoubt.appliance.site.SiteException;
import redoubt.index.RecordIndex;
import redoubt.index.RecordSource;
import redoubt.provenance.credentials.CredentialException;
import redoubt.provenance.credentials.CredentialIssuer;
import redoubt.provenance.credentials.CredentialVerifier;
import redoubt.provenance.credentials.SiteAuthority;
import redoubt.provenance.inference.Inference;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;
import redoubt.provenance.record.RecordSettings;
import redoubt.provenance.record.Recovery;

/// Everything behind the listener, opened in order and closed in the other: the record first, so
/// that nothing happens that is not in it.
final class Services implements AutoCloseable {
    // Of a disk, for what was computed of prompts.
    private static final long PARKED_BYTES_MAX = 8L << 30;

    private final Given given;
    private final Site site;
    private final AuditRecord record;
    private final SiteRecord siteRecord;
    private final Database database;
    private final Items items;
    private final Holds holds;
    private final Erasing erasing;
    private final BackupJob backups;
    private final Retention retention;
    private final CredentialIssuer issuer;
    private final Outputs outputs;
    private final Metrics metrics = new Metrics();
    private final Engines engines;
    private final Traces traces = new Traces();
    private final AnswerService answers;
    private final Streams streams = new Streams();
    private final SealCheck sealCheck;
    private final Witnessing witnessing;
    private final Refusals refusals;
    private final Alarms alarms;
    private final RecordIndex index;
    private final Anchoring anchoring;
    private final Searches searches;
    private final Acts acts;
    private final People people;
    private final byte[] nameKey;
    private final Optional<String> firstPassword;
    private @Nullable WarmUp warmUp;
    private boolean closed;

    /// What the listener's side has found out already.
    record Given(
            Appliance.Options options,
            Home home,
            String address,
            Instant certificateExpiry,
            String gatewayFilter,
            InstantSource clock,
            Consumer<String> progress) {}

    static Services open(Given given) throws SiteException {
        Home home = given.home();
        try {
            if (home.fresh()) {
                given.progress().accept("Installing a new site in " + home.root() + " …");
                Installation.begin(home);
            }
            Site site = Site.openOrCreate(home.trust());
            AuditRecord record = openRecord(given, site);
            boolean opened = false;
            try {
                Services services = new Services(given, site, record);
                if (home.fresh()) Installation.finish(home, given.clock().instant());
                opened = true;
                return services;
            } finally {
                if (!opened) record.close();
            }
        } catch (CredentialException failure) {
            throw new SiteException(
                    SiteException.SITE,
                    "The keys for Content Credentials cannot be opened: " + failure.getMessage(),
                    failure);
        } catch (IOException | Database.DatabaseException failure) {
            throw new SiteException(
                    SiteException.SITE,
                    "The home %s cannot be opened: %s. Nothing was answered. Check the disk."
                            .formatted(home.root(), failure.getMessage()),
                    failure);
        }
    }

    private static AuditRecord openRecord(Given given, Site site) throws SiteException {
        Home home = given.home();
        try {
            AuditRecord record =
                    AuditRecord.open(
                            new RecordSettings(
                                    home.record(),
                                    home.keys(),
                                    home.trust(),
                                    site.name(),
                                    Version.SOFTWARE,
                                    Policy.sha256(),
                                    given.clock()));
            Recovery recovery = record.recovery();
            if (!recovery.orderly())
                given.progress()
                        .accept(
                                "The last run did not end in order. The record was mended: %d bytes that were never acknowledged were cut off, %d answers that were under way are marked aborted."
                                        .formatted(
                                                recovery.tornBytes(), recovery.aborted().size()));
            return record;
        } catch (RecordException refused) {
            throw new SiteException(
                    SiteException.RECORD, String.valueOf(refused.getMessage()), refused);
        }
    }

    private Services(Given given, Site site, AuditRecord record)
            throws SiteException, IOException, CredentialException {
        Home home = given.home();
        InstantSource clock = given.clock();
        this.given = given;
        this.site = site;
        this.record = record;
        this.siteRecord = new SiteRecord(record);
        this.refusals = new Refusals(siteRecord, clock);
        this.alarms = new Alarms(siteRecord, clock);
        this.searches = new Searches(siteRecord, clock);
        this.nameKey = Secrets.keptIn(home.keys().resolve("names.key"));
        this.database = Database.open(home.database());
        this.acts = new Acts(database, siteRecord);
        this.people = new People(database, acts, clock);
        ContentStore content = ContentStore.open(home.content(), home.keys());
        this.items = new Items(content, database);
        SealedRows sealedRows = new SealedRows(home.keys());
        String logId = record.logId().hex();
        this.holds = new Holds(database, acts);
        this.backups =
                new BackupJob(
                        home, content, database, sealedRows, siteRecord, holds, acts, logId, clock);
        SiteAuthority authority =
                SiteAuthority.openOrCreate(home.keys(), home.trust(), site.name(), clock);
        Path nativeDir = given.options().nativeDir();
        this.issuer = CredentialIssuer.open(nativeDir, authority, Version.NUMBER);
        Inference inference = new Inference(record, issuer);
        this.outputs =
                new Outputs(
                        items,
                        siteRecord,
                        inference,
                        CredentialVerifier.open(nativeDir),
                        home.trust());
        siteRecord.noteOwn(
                new Event.Started(
                        Version.SOFTWARE,
                        String.valueOf(nativeDir.getFileName()),
                        List.of(given.gatewayFilter())));
        Restored.note(home, siteRecord);
        acts.settle();
        this.witnessing =
                new Witnessing(
                        siteRecord,
                        home.record(),
                        home.trust(),
                        detail -> alarms.raise(Alarms.WITNESS_NOTE, detail));
        this.firstPassword = FirstAdministrator.make(people, given.options().adminPassword());
        int found = items.reindex();
        if (found > 0) given.progress().accept("Indexed %d content items.".formatted(found));
        ParkedFiles parked = ParkedFiles.open(home.parked(), home.keys(), PARKED_BYTES_MAX, clock);
        Erasing.Parts forgetting = new Erasing.Parts(streams, parked, sealedRows);
        this.erasing = Erasing.open(items, database, siteRecord, holds, forgetting);
        this.retention =
                new Retention(
                        home.retention(),
                        items,
                        database,
                        erasing.items(),
                        siteRecord,
                        clock,
                        item -> alarms.raise(Alarms.CONTENT_DAMAGED, item));
        retention.start(given.progress());
        this.engines =
                new Engines(
                        given.options().model(),
                        home.models(),
                        EngineHome.of(
                                given.options().nativeDir(), home.run(), home.profiles(), parked),
                        siteRecord,
                        metrics,
                        given.progress());
        this.answers = new AnswerService(engines, inference, items, metrics, traces, clock);
        this.sealCheck = new SealCheck(engines, siteRecord, alarms, outside(home), clock);
        Gauges.add(metrics, engines, record);
        this.anchoring = new Anchoring(siteRecord, home.record(), home.trust());
        this.index =
                RecordIndex.follow(
                        home.recordIndex(),
                        new RecordSource(record, home.record()),
                        given.progress());
        engines.start();
    }

    private static Path outside(Home home) {
        Path parent = home.root().toAbsolutePath().getParent();
        return parent == null ? Path.of("/") : parent;
    }

    void serve(Server server, String consoleToken) {
        Sessions sessions = new Sessions(database, given.clock());
        ApiKeys keys = new ApiKeys(database, acts, given.clock());
        Authentication authentication = new Authentication(sessions, people, keys, consoleToken);
        Map<Route, Server.Handler> handlers = new EnumMap<>(Route.class);
        Handlers.add(
                handlers,
                new Handlers.Parts(
                        given,
                        site,
                        siteRecord,
                        index,
                        searches,
                        refusals,
                        alarms,
                        items,
                        erasing.items(),
                        erasing.people(),
                        backups,
                        new RetentionApi(retention, holds, given.clock()),
                        outputs,
                        engines,
                        answers,
                        streams,
                        traces,
                        sealCheck,
                        witnessing,
                        anchoring,
                        metrics,
                        people,
                        keys,
                        sessions,
                        new SignIn(people, sessions, given.clock()),
                        authentication,
                        nameKey));
        server.serve(
                authentication,
                handlers,
                new Server.Observer() {
                    @Override
                    public void refused(
                            Route route, Principal principal, RefusedException refusal) {
                        refusals.request(route, principal, refusal);
                    }

                    @Override
                    public void answered(Route route, int status, long nanos) {
                        metrics.request(route.path(), status);
                    }

                    @Override
                    public void bug(Route route, Throwable failure) {
                        given.progress().accept(route + " failed: " + Trace.of(failure));
                        alarms.raise(
                                Alarms.INTERNAL_ERROR,
                                "%s %s: %s"
                                        .formatted(
                                                route.method(),
                                                route.path(),
                                                failure.getClass().getName()));
                    }
                });
    }

    /// Makes this process quick before somebody waits for it.
    synchronized void warmUp() {
        if (closed || warmUp != null) return;
        try {
            warmUp =
                    WarmUp.begin(
                            given.home().run(),
                            given.options().nativeDir(),
                            () -> metrics.answersRunning.get() > 0,
                            given.clock(),
                            given.progress());
        } catch (IOException failed) {
            given.progress().accept("There is no warm-up: " + failed.getMessage());
        }
    }

    private synchronized AutoCloseable begunWarmUp() {
        closed = true;
        var begun = warmUp;
        return begun == null ? () -> {} : begun;
    }

    Engines engines() {
        return engines;
    }

    Optional<String> firstPassword() {
        return firstPassword;
    }

    @Override
    public void close() {
        @Nullable Exception trouble = null;
        for (AutoCloseable part :
                new AutoCloseable[] {
                    begunWarmUp(),
                    retention,
                    streams,
                    answers,
                    engines,
                    outputs,
                    searches,
                    refusals,
                    alarms,
                    index,
                    issuer,
                    database,
                    record
                }) {
            try {
                part.close();
            } catch (Exception failure) {
                trouble = failure;
                given.progress().accept("While stopping: " + Trace.of(failure));
            }
        }
        if (trouble != null) given.progress().accept("The next start mends what was left open.");
    }
}
