package io.leveret.interop.crash;

import com.rabbitmq.client.Channel;
import io.leveret.interop.crash.History.Recording;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** Declares queues that expire, and looks when they are gone. */
final class Tenant implements Actor {

    private static final int SHORTEST_MS = 100;
    private static final int TURNS_PER_SECOND = 20;

    private final Channel channel;
    private final Leases leases;
    private final Recording recording;
    private final Random random;

    Tenant(Channel channel, Leases leases, Recording recording, Random random) throws IOException {
        this.channel = channel;
        this.leases = leases;
        this.recording = recording;
        this.random = random;
        channel.confirmSelect();
    }

    @Override
    public void step() throws IOException, InterruptedException, TimeoutException {
        if (random.nextBoolean()) {
            leases.declare(channel, SHORTEST_MS + random.nextInt(Leases.LONGEST_MS - SHORTEST_MS), recording);
        }
        leases.look(channel, recording);
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) / TURNS_PER_SECOND);
    }
}
