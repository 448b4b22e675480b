package io.leveret.amqp.method;

/** A method of the class {@code confirm} (85). */
public sealed interface ConfirmMethod extends Method permits ConfirmSelect, ConfirmSelectOk {

    int CLASS_ID = 85;
}
