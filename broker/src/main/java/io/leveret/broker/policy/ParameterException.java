package io.leveret.broker.policy;

/** A policy or a runtime parameter is not what it may be, so that nothing was changed. The message is RabbitMQ's reason. */
public final class ParameterException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ParameterException(String reason) {
        super(reason);
    }
}
