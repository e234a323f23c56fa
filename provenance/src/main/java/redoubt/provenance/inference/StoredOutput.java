package redoubt.provenance.inference;

import java.time.Instant;
import redoubt.provenance.credentials.AuditEntryClaim;
import redoubt.provenance.credentials.ModelFacts;
import redoubt.provenance.record.Actor;

/// What has to be kept beside an answer's text to stamp further forms of it after a restart.
/// Immutable, any thread. It holds no content.
///
/// @param intent sequence of the INTENT entry
/// @param entry the OUTPUT entry, as credentials name it
/// @param model which model answered
/// @param createdAt when the answer ended
/// @param actor for whom it was made
public record StoredOutput(
        long intent, AuditEntryClaim entry, ModelFacts model, Instant createdAt, Actor actor) {}
