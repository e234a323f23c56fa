package redoubt.appliance.record;

import java.time.InstantSource;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.Route;
import redoubt.appliance.identity.Principal;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// What was refused, in the record. Noted is: each refusal for want of authority (403); a key that
/// is not valid here; a sign-in that failed; and, of those that are known, a request that was wrong
/// on a route that would have made an entry. Not noted is what the appliance could not do at that
/// moment (408, 429, 5xx), because it decided nothing, and whoever has merely to sign in again.
///
/// Floods are added up: see [Tally]. Strangers and those that are known have one each, so that the
/// former cannot crowd the latter out. Any thread.
public final class Refusals implements AutoCloseable {
    private static final int STRANGERS_ENTRIES_MAX = 20;
    private static final int KNOWN_ENTRIES_MAX = 60;

    private final SiteRecord record;
    private final Tally strangers;
    private final Tally known;

    public Refusals(SiteRecord record, InstantSource clock) {
        this.record = record;
        this.strangers = tally(clock, STRANGERS_ENTRIES_MAX);
        this.known = tally(clock, KNOWN_ENTRIES_MAX);
    }

    private Tally tally(InstantSource clock, int entriesMax) {
        return new Tally(
                clock,
                entriesMax,
                times -> record.note(refused("various", "various", times), Actor.SYSTEM));
    }

    /// A request was refused; the refusal stands whether or not it can be noted.
    public void request(Route route, Principal principal, RefusedException refusal) {
        if (!noted(route, principal, refusal)) return;
        Actor actor = SiteRecord.actor(principal);
        String path = route.method() + " " + route.path();
        (stranger(principal) ? strangers : known)
                .add(
                        actor.pseudonym() + " " + path + " " + refusal.code(),
                        times -> record.note(refused(path, refusal.code(), times), actor));
    }

    private static boolean noted(Route route, Principal principal, RefusedException refusal) {
        return switch (refusal.status()) {
            case 403 -> true;
            case 401 -> refusal.code().equals("invalid_api_key");
            case 400, 404, 409, 413 ->
                    !stranger(principal)
                            && (!route.entries().isEmpty() || othersStream(route, refusal));
            default -> false;
        };
    }

    /// Whoever names a stream that is not theirs may be after what others were told.
    private static boolean othersStream(Route route, RefusedException refusal) {
        return refusal.status() == 404
                && (route == Route.V1_STREAM || route == Route.V1_STREAM_STOP);
    }

    private static boolean stranger(Principal principal) {
        return principal.method() == Principal.Method.NONE;
    }

    private static Event refused(String route, String code, long times) {
        return new Event.RequestRefused(route, code, times);
    }

    /// A password was looked at and was wrong; [redoubt.appliance.identity.SignIn] bounds how
    /// often.
    public void wrongPassword(Bytes nameCommitment) {
        strangers.addEach(
                "wrong password " + nameCommitment.hex(),
                times -> note(nameCommitment, "wrong credentials", times));
    }

    /// A sign-in was not looked at, because there were too many.
    public void lockedOut(Bytes nameCommitment) {
        strangers.add(
                "locked out " + nameCommitment.hex(),
                times -> note(nameCommitment, "too many attempts", times));
    }

    private void note(Bytes nameCommitment, String reason, long times) throws RecordException {
        record.note(
                new Event.SignInFailed(nameCommitment, reason, times),
                SiteRecord.actor(Principal.nobody()));
    }

    @Override
    public void close() {
        strangers.close();
        known.close();
    }
}
