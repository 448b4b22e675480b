package io.leveret.broker.event;

/** What events have to tell apart from others of its kind, such as a connection. */
public interface Identified {

    /** A number that nothing else has in this process, see {@link Events#newId}. */
    long eventId();
}
