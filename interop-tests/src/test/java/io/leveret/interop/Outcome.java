package io.leveret.interop;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Method;
import com.rabbitmq.client.ShutdownSignalException;
import io.leveret.interop.raw.MethodNames;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What became of something that a client asked for, in one line. */
public final class Outcome {

    private Outcome() {}

    /** Something that a case asks of the broker; its result is what the broker answered, null if it answers nothing. */
    @FunctionalInterface
    public interface Action {
        @Nullable
        Object run() throws Exception;
    }

    /**
     * Runs an action and waits for its effect. What the broker answers with silence when all is well (a publish, an ack)
     * is followed by a round trip on the same channel, which an error would forestall.
     */
    public static String of(Channel channel, Action action) throws Exception {
        try {
            Object result = action.run();
            channel.exchangeDeclarePassive("amq.direct");
            return result == null ? "ok" : Description.of(result);
        } catch (ShutdownSignalException e) {
            return of(e);
        } catch (IOException e) {
            return of(e);
        }
    }

    /** How a broker closed a channel or connection whose use failed; rethrows what has another cause. */
    static String of(IOException failure) throws IOException {
        if (failure.getCause() instanceof ShutdownSignalException signal) {
            return of(signal);
        }
        throw failure;
    }

    /** How a broker closed a channel or connection. */
    public static String of(ShutdownSignalException signal) {
        Method reason = signal.getReason();
        if (reason instanceof AMQP.Channel.Close close) {
            return closed(
                    "channel", close.getReplyCode(), close.getReplyText(), close.getClassId(), close.getMethodId());
        }
        if (reason instanceof AMQP.Connection.Close close) {
            return closed(
                    "connection", close.getReplyCode(), close.getReplyText(), close.getClassId(), close.getMethodId());
        }
        return "connection lost";
    }

    private static String closed(String what, int code, String text, int classId, int methodId) {
        return what + " closed: " + code + " " + text + " [" + MethodNames.of(classId, methodId) + "]";
    }
}
