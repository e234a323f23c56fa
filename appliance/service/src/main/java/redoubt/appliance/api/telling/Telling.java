package redoubt.appliance.api.telling;

import redoubt.appliance.answers.Answers;
import redoubt.appliance.http.EventSink;
import redoubt.appliance.http.EventStream;

/// How one API tells an answer as a stream while it is made. Has the state of one stream; one
/// thread.
public interface Telling {
    /// Tells what happened.
    ///
    /// @return whether the stream is over
    boolean tell(Answers.Told told, EventSink out) throws EventStream.GoneException;
}
