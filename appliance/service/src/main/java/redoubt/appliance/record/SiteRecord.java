package redoubt.appliance.record;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.identity.Role;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Appended;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.Pending;
import redoubt.provenance.record.RecordException;
import redoubt.provenance.record.RecordProver;
import redoubt.provenance.record.RecordReader;

/// The audit record as the service's handlers use it: an act is noted, durably, or it does not
/// happen. Thread safe.
public final class SiteRecord implements Ledger {
    private final AuditRecord record;

    public SiteRecord(AuditRecord record) {
        this.record = record;
    }

    public RecordReader reader() {
        return record;
    }

    public RecordProver prover() {
        return record;
    }

    /// Appends and waits until it is durable; otherwise the act is refused.
    public Appended note(Event event, Principal principal) {
        return note(event, principal, OptionalLong.empty());
    }

    public Appended note(Event event, Principal principal, OptionalLong refersTo) {
        try {
            return record.commit(event, actor(principal), refersTo).appended();
        } catch (RecordException closed) {
            throw unavailable(closed);
        }
    }

    /// The same, and waits until a checkpoint covers it.
    public Appended noteCovered(Event event, Principal principal) throws RecordException {
        return record.appendDurably(event, actor(principal));
    }

    @Override
    public long size() {
        return record.size();
    }

    @Override
    public void note(Event event, Actor actor, OptionalLong refersTo) throws RecordException {
        record.commit(event, actor, refersTo);
    }

    @Override
    public void noteUnderCheckpoint(Event event, Actor actor) throws RecordException {
        record.appendDurably(event, actor);
    }

    @Override
    public boolean holds(Event event, long from) throws RecordException {
        for (long sequence = from; sequence < record.size(); sequence++)
            if (record.entry(sequence).event().equals(event)) return true;
        return false;
    }

    @Override
    public void noteAll(List<Noted> all, Actor actor) throws RecordException {
        List<Pending> pending = new ArrayList<>(all.size());
        for (Noted one : all) pending.add(record.append(one.event(), actor, one.refersTo()));
        for (Pending one : pending) one.awaitDurable();
    }

    @Override
    public Set<String> erasedSince(long from) throws RecordException {
        Set<String> items = new HashSet<>();
        for (long sequence = from; sequence < record.size(); sequence++)
            if (record.entry(sequence).event() instanceof Event.Erased erased)
                items.add(erased.item());
        return items;
    }

    /// An act of the appliance itself.
    public Appended noteOwn(Event event) throws RecordException {
        return record.appendDurably(event, Actor.SYSTEM);
    }

    /// Nothing consequential is done that cannot be recorded.
    public static RefusedException unavailable(RecordException closed) {
        return RefusedException.recordUnavailable(closed);
    }

    /// How the record names whoever makes a request. The identifiers are random; what they stand
    /// for is in the database only.
    public static Actor actor(Principal principal) {
        List<String> roles = principal.roles().stream().map(Role::word).sorted().toList();
        return new Actor(principal.id(), principal.method().word(), principal.session(), roles);
    }

    /// `HMAC-SHA256(key, domain || 0x00 || content)`: says nothing without the key. Source:
    /// docs/audit-record.md, commitments.
    public static Bytes commitment(byte[] key, String domain, byte[] content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(domain.getBytes(StandardCharsets.US_ASCII));
            mac.update((byte) 0);
            return Bytes.of(mac.doFinal(content));
        } catch (GeneralSecurityException bug) {
            throw new AssertionError("every Java has HMAC-SHA256", bug);
        }
    }
}
