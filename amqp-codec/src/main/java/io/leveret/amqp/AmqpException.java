package io.leveret.amqp;

/**
 * A client's fault, as the reply code and text that it is answered with. It has no stack trace, since clients can provoke it at
 * will, and never stands for a fault of the broker's own.
 */
public final class AmqpException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ReplyCode code;
    private final boolean namesMethod;

    private AmqpException(ReplyCode code, String detail) {
        this(code, detail.isEmpty() ? code.name() : code.name() + " - " + detail, true);
    }

    private AmqpException(ReplyCode code, String text, boolean namesMethod) {
        super(ShortString.truncate(OctetText.printable(text)), null, true, false);
        this.code = code;
        this.namesMethod = namesMethod;
    }

    public static AmqpException connectionForced(String detail) {
        return new AmqpException(ReplyCode.CONNECTION_FORCED, detail);
    }

    public static AmqpException accessRefused(String detail) {
        return new AmqpException(ReplyCode.ACCESS_REFUSED, detail);
    }

    public static AmqpException notFound(String detail) {
        return new AmqpException(ReplyCode.NOT_FOUND, detail);
    }

    public static AmqpException resourceLocked(String detail) {
        return new AmqpException(ReplyCode.RESOURCE_LOCKED, detail);
    }

    public static AmqpException preconditionFailed(String detail) {
        return new AmqpException(ReplyCode.PRECONDITION_FAILED, detail);
    }

    public static AmqpException frameError(String detail) {
        return new AmqpException(ReplyCode.FRAME_ERROR, detail);
    }

    public static AmqpException syntaxError(String detail) {
        return new AmqpException(ReplyCode.SYNTAX_ERROR, detail);
    }

    public static AmqpException commandInvalid(String detail) {
        return new AmqpException(ReplyCode.COMMAND_INVALID, detail);
    }

    public static AmqpException channelError(String detail) {
        return new AmqpException(ReplyCode.CHANNEL_ERROR, detail);
    }

    public static AmqpException unexpectedFrame(String detail) {
        return new AmqpException(ReplyCode.UNEXPECTED_FRAME, detail);
    }

    public static AmqpException notAllowed(String detail) {
        return new AmqpException(ReplyCode.NOT_ALLOWED, detail);
    }

    public static AmqpException notImplemented(String detail) {
        return new AmqpException(ReplyCode.NOT_IMPLEMENTED, detail);
    }

    /** An empty detail gives the bare name of the code, which is all that RabbitMQ says for it. */
    public static AmqpException internalError(String detail) {
        return new AmqpException(ReplyCode.INTERNAL_ERROR, detail);
    }

    public ReplyCode code() {
        return code;
    }

    /** RabbitMQ's form: {@code NOT_FOUND - no queue 'q' in vhost '/'}, never longer than a short string holds. */
    public String replyText() {
        return String.valueOf(getMessage());
    }

    /** The same, to be answered without class and method id: RabbitMQ leaves them out of what it finds in its reader. */
    public AmqpException withoutMethod() {
        return new AmqpException(code, replyText(), false);
    }

    public boolean namesMethod() {
        return namesMethod;
    }
}
