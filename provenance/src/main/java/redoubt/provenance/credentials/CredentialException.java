package redoubt.provenance.credentials;

/// A credential could not be made, or the keys to make it could not be used. The message is a
/// sentence for the person who runs the appliance.
public final class CredentialException extends Exception {
    private static final long serialVersionUID = 1L;

    public CredentialException(String message) {
        super(message);
    }

    public CredentialException(String message, Throwable cause) {
        super(message, cause);
    }
}
