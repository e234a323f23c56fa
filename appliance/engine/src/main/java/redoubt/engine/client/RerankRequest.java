package redoubt.engine.client;

import java.util.List;
import java.util.Objects;

/// Documents that are scored by how well they answer a query.
///
/// @param requestId the caller's name for it, for logs
/// @param owner whose it is, for fairness
/// @param documents texts; no text in them or in the query becomes a control token
/// @param truncate cut documents that are too long together with the query, rather than refuse the
///   request
public record RerankRequest(
        String requestId, Owner owner, String query, List<String> documents, boolean truncate) {
    /// Most documents of one request.
    public static final int DOCUMENTS_MAX = 2048;

    public RerankRequest {
        Objects.requireNonNull(requestId);
        Objects.requireNonNull(owner);
        Objects.requireNonNull(query);
        documents = List.copyOf(documents);
        if (documents.isEmpty() || documents.size() > DOCUMENTS_MAX) {
            throw new IllegalArgumentException("there must be 1 to 2048 documents");
        }
    }
}
