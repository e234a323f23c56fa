package redoubt.appliance;

/// What this software calls itself in the record and in credentials.
public final class Version {
    public static final String NUMBER = "0.1.0";
    public static final String SOFTWARE = "Redoubt " + NUMBER;

    private Version() {}
}
