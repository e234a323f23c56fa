package redoubt.appliance;

import java.util.Map;
import redoubt.appliance.answers.AnswerService;
import redoubt.appliance.answers.Outputs;
import redoubt.appliance.answers.Replays;
import redoubt.appliance.answers.Traces;
import redoubt.appliance.api.administration.AdaptersApi;
import redoubt.appliance.api.administration.AnchorApi;
import redoubt.appliance.api.administration.BackupsApi;
import redoubt.appliance.api.administration.EvidenceApi;
import redoubt.appliance.api.administration.KeysApi;
import redoubt.appliance.api.administration.ModelsAdministrationApi;
import redoubt.appliance.api.administration.PeopleApi;
import redoubt.appliance.api.administration.RecordRootApi;
import redoubt.appliance.api.administration.RecordStanding;
import redoubt.appliance.api.administration.RetentionApi;
import redoubt.appliance.api.administration.StatusApi;
import redoubt.appliance.api.administration.WitnessApi;
import redoubt.appliance.api.anthropic.MessagesApi;
import redoubt.appliance.api.openai.chat.ChatApi;
import redoubt.appliance.api.openai.text.TextApi;
import redoubt.appliance.api.page.AnswerErasure;
import redoubt.appliance.api.page.ConsistencyApi;
import redoubt.appliance.api.page.ConversationsApi;
import redoubt.appliance.api.page.ModelsApi;
import redoubt.appliance.api.page.OutputsApi;
import redoubt.appliance.api.page.ReplaysApi;
import redoubt.appliance.api.page.SessionApi;
import redoubt.appliance.api.page.TracesApi;
import redoubt.appliance.api.page.TurnsApi;
import redoubt.appliance.api.record.EntriesApi;
import redoubt.appliance.api.responses.ResponsesApi;
import redoubt.appliance.api.telling.Replies;
import redoubt.appliance.api.telling.Streams;
import redoubt.appliance.api.telling.StreamsApi;
import redoubt.appliance.api.tokens.TokensApi;
import redoubt.appliance.api.vectors.VectorsApi;
import redoubt.appliance.backup.BackupJob;
import redoubt.appliance.conversations.Erasures;
import redoubt.appliance.conversations.Items;
import redoubt.appliance.conversations.PersonErasures;
import redoubt.appliance.engines.Engines;
import redoubt.appliance.http.Authentication;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.Route;
import redoubt.appliance.http.Server;
import redoubt.appliance.identity.ApiKeys;
import redoubt.appliance.identity.People;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.identity.Sessions;
import redoubt.appliance.identity.SignIn;
import redoubt.appliance.metrics.Metrics;
import redoubt.appliance.record.Alarms;
import redoubt.appliance.record.Anchoring;
import redoubt.appliance.record.Refusals;
import redoubt.appliance.record.Searches;
import redoubt.appliance.record.SiteRecord;
import redoubt.appliance.record.Witnessing;
import redoubt.appliance.seal.SealCheck;
import redoubt.appliance.site.Site;
import redoubt.index.RecordIndex;
import redoubt.provenance.record.Event;

/// Which code answers which route.
final class Handlers {
    private Handlers() {}

    /// What the handlers are made of.
    @SuppressWarnings("ArrayRecordComponent") // one bundle of parts, never compared
    record Parts(
            Services.Given given,
            Site site,
            SiteRecord record,
            RecordIndex index,
            Searches searches,
            Refusals refusals,
            Alarms alarms,
            Items items,
            Erasures erasures,
            PersonErasures personErasures,
            BackupJob backups,
            RetentionApi retention,
            Outputs outputs,
            Engines engines,
            AnswerService answers,
            Streams streams,
            Traces traces,
            SealCheck sealCheck,
            Witnessing witnessing,
            Anchoring anchoring,
            Metrics metrics,
            People people,
            ApiKeys keys,
            Sessions sessions,
            SignIn signIn,
            Authentication authentication,
            byte[] nameKey) {}

    static void add(Map<Route, Server.Handler> handlers, Parts parts) {
        page(handlers, parts);
        administration(handlers, parts);
        openAi(handlers, parts);
    }

    private static void page(Map<Route, Server.Handler> handlers, Parts parts) {
        var clock = parts.given().clock();
        SessionApi session =
                new SessionApi(
                        parts.signIn(),
                        parts.sessions(),
                        parts.authentication(),
                        parts.record(),
                        parts.refusals(),
                        parts.nameKey());
        handlers.put(Route.SIGN_IN, session::signIn);
        handlers.put(Route.SESSION, session::session);
        handlers.put(Route.SIGN_OUT, session::signOut);
        handlers.put(Route.MODELS, new ModelsApi(parts.engines())::list);
        ConversationsApi conversations =
                new ConversationsApi(parts.items(), parts.erasures(), parts.record(), clock);
        handlers.put(Route.CONVERSATIONS, conversations::list);
        handlers.put(Route.CONVERSATION_NEW, conversations::create);
        handlers.put(Route.CONVERSATION, conversations::show);
        handlers.put(Route.CONVERSATION_RENAME, conversations::rename);
        handlers.put(Route.CONVERSATION_ERASE, conversations::erase);
        TurnsApi turns =
                new TurnsApi(
                        conversations,
                        parts.items(),
                        parts.answers(),
                        parts.engines(),
                        new Replies(parts.streams()),
                        clock);
        handlers.put(Route.TURN, turns::ask);
        OutputsApi outputs =
                new OutputsApi(
                        parts.outputs(),
                        parts.alarms(),
                        new AnswerErasure(parts.items(), parts.erasures()));
        handlers.put(Route.OUTPUT, outputs::show);
        handlers.put(Route.OUTPUT_ERASE, outputs::erase);
        handlers.put(Route.OUTPUT_DOWNLOAD, outputs::download);
        handlers.put(
                Route.OUTPUT_REPLAY,
                new ReplaysApi(
                                new Replays(
                                        parts.items(),
                                        parts.engines(),
                                        parts.record(),
                                        ResponsesApi.predecessors(parts.items())))
                        ::replay);
        handlers.put(Route.OUTPUT_TRACE, new TracesApi(parts.traces())::show);
        handlers.put(Route.TRUST, outputs::trust);
        handlers.put(
                Route.EVIDENCE,
                new EvidenceApi(
                                parts.outputs()
                                        .evidence(
                                                ResponsesApi.predecessors(parts.items()),
                                                parts.index(),
                                                item ->
                                                        parts.alarms()
                                                                .raise(
                                                                        Alarms.CONTENT_DAMAGED,
                                                                        item)))
                        ::export);
        handlers.put(Route.V1_CREDENTIAL, outputs::credential);
        handlers.put(Route.V1_PROOF, outputs::proof);
        handlers.put(Route.V1_CONSISTENCY, new ConsistencyApi(parts.record())::from);
    }

    private static void administration(Map<Route, Server.Handler> handlers, Parts parts) {
        KeysApi keys = new KeysApi(parts.keys());
        handlers.put(Route.KEYS, keys::list);
        handlers.put(Route.KEY_CREATE, keys::create);
        handlers.put(Route.KEY_REVOKE, keys::revoke);
        PeopleApi people = new PeopleApi(parts.people(), parts.personErasures());
        handlers.put(Route.RETENTION, parts.retention()::show);
        handlers.put(Route.RETENTION_SET, parts.retention()::set);
        handlers.put(Route.HOLDS, parts.retention()::holds);
        handlers.put(Route.HOLD_SET, parts.retention()::hold);
        handlers.put(Route.HOLD_LIFT, parts.retention()::lift);
        BackupsApi backups = new BackupsApi(parts.backups());
        handlers.put(Route.BACKUP_NEW, backups::begin);
        handlers.put(Route.BACKUPS, backups::show);
        ModelsAdministrationApi models =
                new ModelsAdministrationApi(parts.engines(), parts.record());
        handlers.put(Route.MODELS_PLAN, models::plan);
        handlers.put(Route.MODELS_SETTINGS, models::settings);
        handlers.put(Route.MODEL_SETTINGS, models::change);
        handlers.put(Route.MODEL_LOAD, models::load);
        handlers.put(Route.MODEL_UNLOAD, models::unload);
        AdaptersApi adapters = new AdaptersApi(parts.engines(), parts.record());
        handlers.put(Route.ADAPTER_LOAD, adapters::load);
        handlers.put(Route.ADAPTER_UNLOAD, adapters::unload);
        EntriesApi entries =
                new EntriesApi(
                        parts.index(),
                        parts.record(),
                        parts.searches(),
                        parts.people(),
                        parts.alarms());
        handlers.put(Route.RECORD_ENTRIES, entries::search);
        handlers.put(Route.RECORD_ENTRY, entries::show);
        handlers.put(Route.RECORD_INDEX, entries::index);
        handlers.put(Route.RECORD_INDEX_REBUILD, entries::rebuild);
        handlers.put(Route.PEOPLE, people::list);
        handlers.put(Route.PERSON_CREATE, people::create);
        handlers.put(Route.PERSON_CHANGE, people::change);
        handlers.put(Route.PERSON_ERASE, people::erase);
        Services.Given given = parts.given();
        RecordRootApi root = new RecordRootApi(parts.record(), given.home().trust());
        handlers.put(Route.RECORD_ROOT_REQUEST, root::request);
        handlers.put(Route.RECORD_ROOT_ANSWER, root::answer);
        handlers.put(Route.RECORD_ROOT_REVOCATION, root::revocation);
        handlers.put(Route.RECORD_ROOT_CEREMONY, root::ceremony);
        StatusApi status =
                new StatusApi(
                        new StatusApi.Facts(
                                parts.site(),
                                Version.NUMBER,
                                given.address(),
                                given.home().root().toString(),
                                given.clock().instant(),
                                given.certificateExpiry(),
                                given.gatewayFilter()),
                        parts.engines(),
                        new RecordStanding(
                                parts.record().reader(),
                                parts.witnessing(),
                                parts.anchoring(),
                                given.clock()),
                        parts.sealCheck(),
                        parts.metrics(),
                        given.clock());
        WitnessApi witnesses = new WitnessApi(parts.witnessing(), parts.record().reader());
        AnchorApi anchors = new AnchorApi(parts.anchoring());
        handlers.put(Route.ANCHORS, anchors::list);
        handlers.put(Route.ANCHOR_REQUEST, anchors::request);
        handlers.put(Route.ANCHOR_IN, anchors::take);
        handlers.put(Route.RECORD_CHECKPOINT, witnesses::checkpoint);
        handlers.put(Route.WITNESSES, witnesses::list);
        handlers.put(Route.WITNESS_OUT, witnesses::out);
        handlers.put(Route.WITNESS_IN, witnesses::in);
        handlers.put(Route.WITNESS_POLICY, witnesses::decide);
        handlers.put(Route.HEALTH, status::health);
        handlers.put(Route.METRICS, status::metrics);
        handlers.put(Route.SITE, status::site);
        handlers.put(Route.STATUS, status::status);
        handlers.put(Route.SEAL_CHECK, status::sealCheck);
        handlers.put(Route.BOUNDARY, status::boundary);
        handlers.put(Route.STOP, exchange -> stop(exchange, parts.record()));
    }

    private static void openAi(Map<Route, Server.Handler> handlers, Parts parts) {
        var clock = parts.given().clock();
        var models = new redoubt.appliance.api.openai.ModelsApi(parts.engines());
        handlers.put(Route.V1_MODELS, models::list);
        handlers.put(Route.V1_MODEL, models::show);
        Replies replies = new Replies(parts.streams());
        handlers.put(Route.V1_CHAT, new ChatApi(parts.answers(), replies, clock)::create);
        handlers.put(Route.V1_COMPLETIONS, new TextApi(parts.answers(), replies, clock)::create);
        handlers.put(Route.V1_MESSAGES, new MessagesApi(parts.answers(), replies)::create);
        ResponsesApi responses =
                new ResponsesApi(
                        new ResponsesApi.Parts(
                                parts.answers(),
                                replies,
                                parts.streams(),
                                parts.items(),
                                parts.erasures(),
                                clock));
        handlers.put(Route.V1_RESPONSE_NEW, responses::create);
        handlers.put(Route.V1_RESPONSE, responses::show);
        handlers.put(Route.V1_RESPONSE_CANCEL, responses::cancel);
        handlers.put(Route.V1_RESPONSE_DELETE, responses::delete);
        StreamsApi streams = new StreamsApi(parts.streams(), replies);
        handlers.put(Route.V1_STREAM, streams::resume);
        handlers.put(Route.V1_STREAM_STOP, streams::stop);
        VectorsApi vectors = new VectorsApi(parts.engines(), parts.record());
        handlers.put(Route.V1_EMBEDDINGS, vectors::embeddings);
        handlers.put(Route.V1_RERANK, vectors::rerank);
        TokensApi tokens = new TokensApi(parts.engines());
        handlers.put(Route.V1_TOKENIZE, tokens::tokenize);
        handlers.put(Route.V1_DETOKENIZE, tokens::detokenize);
        handlers.put(Route.V1_APPLY_TEMPLATE, tokens::applyTemplate);
        handlers.put(Route.V1_COUNT_TOKENS, tokens::countTokens);
    }

    private static void stop(Exchange exchange, SiteRecord record) {
        if (exchange.principal().method() != Principal.Method.CONSOLE)
            throw RefusedException.forbidden(
                    "console_only",
                    "The appliance is stopped at its own console only: redoubt stop.");
        record.note(
                new Event.Administered(Route.STOP.method() + " " + Route.STOP.path(), "stop"),
                exchange.principal());
        exchange.json(202, Map.of("stopping", true));
        Thread.ofPlatform().name("stopping").start(() -> System.exit(0));
    }
}
