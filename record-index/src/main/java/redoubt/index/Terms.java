package redoubt.index;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Entry;
import redoubt.provenance.record.Event;

/// Everything that an entry is found by. The one place that says so: what is written to the
/// database, and what a hit must hold when it is read from the record again. Source:
/// docs/record-use.md, "Searching".
final class Terms {
    private static final String ADAPTER = "adapter:";

    private final Set<Term> found = new LinkedHashSet<>();

    private Terms() {}

    static Set<Term> of(Entry entry) {
        var terms = new Terms();
        terms.add(Kind.TYPE, entry.type().name());
        terms.add(Kind.PERSON, entry.actor().pseudonym());
        entry.refersTo().ifPresent(to -> terms.add(Kind.REFERS_TO, String.valueOf(to)));
        terms.take(entry.event());
        return terms.found;
    }

    private void take(Event event) {
        switch (event) {
            case Event.Intent intent -> {
                add(Kind.REQUEST, intent.requestId());
                model(intent.modelName(), intent.modelSha256());
                parameters(intent.parameters());
            }
            case Event.Vectors vectors -> {
                add(Kind.REQUEST, vectors.requestId());
                model(vectors.modelName(), vectors.modelSha256());
                parameters(vectors.parameters());
            }
            case Event.Output output -> {
                add(Kind.REQUEST, output.requestId());
                add(output.contentSha256());
            }
            case Event.Seal seal -> {
                add(Kind.REQUEST, seal.requestId());
                add(seal.manifestSha256());
                add(seal.claimSha256());
                add(seal.signatureSha256());
                add(seal.assetSha256());
            }
            case Event.ToolCalled called -> {
                add(Kind.REQUEST, called.requestId());
                add(Kind.TOOL, called.tool());
            }
            case Event.ToolAnswered answered -> {
                add(Kind.REQUEST, answered.requestId());
                add(Kind.TOOL, answered.tool());
            }
            case Event.Aborted aborted -> add(Kind.REQUEST, aborted.requestId());
            case Event.EngineCrashed crashed -> {
                add(Kind.MODEL, crashed.model());
                crashed.requests().forEach(request -> add(Kind.REQUEST, request));
            }
            case Event.PersonCreated created -> add(Kind.PERSON, created.person());
            case Event.PersonChanged changed -> add(Kind.PERSON, changed.person());
            case Event.KeyCreated created -> {
                key(created.key());
                add(Kind.PERSON, created.owner());
            }
            case Event.KeyRevoked revoked -> {
                key(revoked.key());
                add(Kind.PERSON, revoked.owner());
            }
            case Event.Erased erased -> {
                if (erased.what().equals("person")) add(Kind.PERSON, erased.item());
            }
            case Event.ModelLoaded loaded -> model(loaded.name(), loaded.sha256());
            case Event.ModelRefused refused -> add(Kind.MODEL, refused.name());
            case Event.ModelUnloaded unloaded -> add(Kind.MODEL, unloaded.name());
            case Event.AdapterLoaded loaded -> {
                add(Kind.MODEL, loaded.model());
                add(Kind.ADAPTER, loaded.name());
                add(Kind.ADAPTER, loaded.sha256().hex());
            }
            case Event.AdapterRefused refused -> {
                add(Kind.MODEL, refused.model());
                add(Kind.ADAPTER, refused.name());
            }
            case Event.AdapterUnloaded unloaded -> {
                add(Kind.MODEL, unloaded.model());
                add(Kind.ADAPTER, unloaded.name());
            }
            case Event.Exported exported -> add(exported.sha256());
            case Event.SealChecked checked -> add(checked.report());
            case Event.PolicyChanged changed -> add(changed.sha256());
            case Event.BackedUp backup -> add(backup.sha256());
            case Event.Restored restored -> add(restored.sha256());
            case Event.Anchored anchored -> add(anchored.proofSha256());
            case Event.Genesis _,
                    Event.EpochOpened _,
                    Event.EpochClosed _,
                    Event.Started _,
                    Event.Stopped _,
                    Event.Recovered _,
                    Event.Alarm _,
                    Event.Countersigned _,
                    Event.EpochRevoked _,
                    Event.Witnessed _,
                    Event.ClockJumped _,
                    Event.Ceremony _,
                    Event.Replayed _,
                    Event.SignedIn _,
                    Event.SignInFailed _,
                    Event.SignedOut _,
                    Event.RequestRefused _,
                    Event.Administered _,
                    Event.Searched _ -> {}
        }
    }

    /// What is done to a key names its identifier; what it does names it as an actor.
    private void key(String id) {
        add(Kind.PERSON, id);
        add(Kind.PERSON, "key-" + id);
    }

    private void model(String name, Bytes sha256) {
        add(Kind.MODEL, name);
        add(Kind.MODEL, sha256.hex());
    }

    /// An adapter is named in the key; its value is its strength and its hash.
    private void parameters(Map<String, String> parameters) {
        parameters.forEach((name, value) -> {
            if (!name.startsWith(ADAPTER)) return;
            add(Kind.ADAPTER, name.substring(ADAPTER.length()));
            add(Kind.ADAPTER, value.substring(value.lastIndexOf(' ') + 1));
        });
    }

    private void add(Bytes hash) {
        add(Kind.HASH, hash.hex());
    }

    private void add(Kind kind, String text) {
        if (!text.isEmpty()) found.add(new Term(kind, text));
    }
}
