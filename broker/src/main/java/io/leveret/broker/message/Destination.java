package io.leveret.broker.message;

/** What a binding leads to: a queue or an exchange. */
public interface Destination {

    String name();

    /** Whether it is gone; bindings to it may outlast it a little. */
    boolean isDeleted();
}
