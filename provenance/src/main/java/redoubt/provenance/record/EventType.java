package redoubt.provenance.record;

/// The number of each type of event on disk. A number is never given to another type.
public enum EventType {
    GENESIS(1, Event.Genesis.class),
    EPOCH_OPENED(2, Event.EpochOpened.class),
    EPOCH_CLOSED(3, Event.EpochClosed.class),
    STARTED(4, Event.Started.class),
    STOPPED(5, Event.Stopped.class),
    RECOVERED(6, Event.Recovered.class),
    ALARM(7, Event.Alarm.class),
    COUNTERSIGNED(8, Event.Countersigned.class),
    EPOCH_REVOKED(9, Event.EpochRevoked.class),
    WITNESSED(10, Event.Witnessed.class),
    ANCHORED(11, Event.Anchored.class),
    CLOCK_JUMPED(12, Event.ClockJumped.class),
    CEREMONY(13, Event.Ceremony.class),
    INTENT(16, Event.Intent.class),
    OUTPUT(17, Event.Output.class),
    SEAL(18, Event.Seal.class),
    ABORTED(19, Event.Aborted.class),
    VECTORS(20, Event.Vectors.class),
    REPLAYED(21, Event.Replayed.class),
    TOOL_CALLED(22, Event.ToolCalled.class),
    TOOL_ANSWERED(23, Event.ToolAnswered.class),
    SIGNED_IN(32, Event.SignedIn.class),
    SIGN_IN_FAILED(33, Event.SignInFailed.class),
    SIGNED_OUT(34, Event.SignedOut.class),
    PERSON_CREATED(35, Event.PersonCreated.class),
    PERSON_CHANGED(36, Event.PersonChanged.class),
    KEY_CREATED(37, Event.KeyCreated.class),
    KEY_REVOKED(38, Event.KeyRevoked.class),
    MODEL_LOADED(48, Event.ModelLoaded.class),
    MODEL_REFUSED(49, Event.ModelRefused.class),
    MODEL_UNLOADED(50, Event.ModelUnloaded.class),
    ENGINE_CRASHED(51, Event.EngineCrashed.class),
    ADAPTER_LOADED(52, Event.AdapterLoaded.class),
    ADAPTER_REFUSED(53, Event.AdapterRefused.class),
    ADAPTER_UNLOADED(54, Event.AdapterUnloaded.class),
    SEAL_CHECKED(64, Event.SealChecked.class),
    EXPORTED(65, Event.Exported.class),
    REQUEST_REFUSED(66, Event.RequestRefused.class),
    ERASED(67, Event.Erased.class),
    ADMINISTERED(68, Event.Administered.class),
    POLICY_CHANGED(69, Event.PolicyChanged.class),
    BACKED_UP(70, Event.BackedUp.class),
    RESTORED(71, Event.Restored.class),
    SEARCHED(72, Event.Searched.class);

    private final int number;
    private final Class<? extends Event> shape;

    EventType(int number, Class<? extends Event> shape) {
        this.number = number;
        this.shape = shape;
    }

    public int number() {
        return number;
    }

    public Class<? extends Event> shape() {
        return shape;
    }

    static EventType of(Event event) {
        for (var type : values()) if (type.shape == event.getClass()) return type;
        throw new AssertionError("no type for " + event.getClass());
    }
}
