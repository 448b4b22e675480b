package io.leveret.amqp.method;

/** A method of the class {@code access} (30). */
public sealed interface AccessMethod extends Method permits AccessRequest, AccessRequestOk {

    int CLASS_ID = 30;
}
