package io.leveret.interop.crash;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.MessageProperties;
import io.leveret.interop.Patience;
import io.leveret.interop.crash.Event.LeaseSeen;
import io.leveret.interop.crash.Event.Leased;
import io.leveret.interop.crash.History.Recording;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

/** The queues of one data folder that expire if nobody uses them, over every restart. One thread at a time uses it. */
final class Leases {

    static final int LONGEST_MS = 2_000;

    private final Set<String> left = new HashSet<>();
    private int declared;

    /** Declares another one, with something in it that would be dead-lettered to a queue that must stay empty. */
    void declare(Channel channel, int leaseMs, Recording recording) throws IOException {
        String name = "leased." + declared++;
        Map<String, Object> arguments =
                Map.of("x-expires", leaseMs, "x-dead-letter-exchange", "", "x-dead-letter-routing-key", Layout.NEVER);
        long askedMs = History.nowMs();
        channel.queueDeclare(name, true, false, false, arguments);
        recording.add(new Leased(name, leaseMs, askedMs, History.nowMs()));
        left.add(name);
    }

    boolean isEmpty() {
        return left.isEmpty();
    }

    /** Looks which are there, by publishing to them, since anything else would be a use. The channel is in confirm mode. */
    void look(Channel channel, Recording recording) throws IOException, InterruptedException, TimeoutException {
        List<String> looked = List.copyOf(left);
        Set<String> gone = ConcurrentHashMap.newKeySet();
        channel.clearReturnListeners();
        channel.addReturnListener(returned -> gone.add(returned.getRoutingKey()));
        long askedMs = History.nowMs();
        for (String name : looked) {
            channel.basicPublish("", name, true, MessageProperties.MINIMAL_PERSISTENT_BASIC, new byte[0]);
        }
        channel.waitForConfirmsOrDie(Patience.MS);
        long answeredMs = History.nowMs();
        looked.forEach(name -> recording.add(new LeaseSeen(name, !gone.contains(name), askedMs, answeredMs)));
        left.removeAll(gone);
    }
}
