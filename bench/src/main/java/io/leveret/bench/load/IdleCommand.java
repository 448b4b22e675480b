package io.leveret.bench.load;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Holds many connections open, each with a channel, a queue and a consumer, so that somebody can look at the broker's memory. */
@Command(
        name = "idle",
        description = "Opens idle connections, says so, and closes them when its standard input ends.",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        sortOptions = false)
final class IdleCommand implements Callable<Integer> {

    /** More at once would overflow a listener's backlog. */
    private static final int OPENING_AT_ONCE = 50;

    private static final int ANSWER_SECONDS = 60;

    @Mixin
    private AddressOptions broker = new AddressOptions();

    @Option(names = "--connections", description = "Connections.")
    private int connections = 10_000;

    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

    private IdleCommand() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new IdleCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        try (Connector connector = new Connector(broker.address(), false, failure::complete)) {
            open(connector);
            if (failure.isDone()) {
                System.err.println("idle: " + failure.join());
                return 1;
            }
            System.out.println("open=" + connections);
            while (System.in.read() >= 0) {
                // only its end matters
            }
            return 0;
        }
    }

    private void open(Connector connector) throws InterruptedException {
        Semaphore opening = new Semaphore(OPENING_AT_ONCE);
        for (int i = 0; i < connections && !failure.isDone(); i++) {
            take(opening, 1);
            String queue = "idle-%d-%d".formatted(ProcessHandle.current().pid(), i);
            connector
                    .open(List.of(Frames.declareQueue(queue, false), Frames.consume(queue, true)), Traffic.NONE)
                    .whenComplete((channel, cause) -> opening.release());
        }
        take(opening, OPENING_AT_ONCE);
    }

    private void take(Semaphore opening, int permits) throws InterruptedException {
        if (!opening.tryAcquire(permits, ANSWER_SECONDS, TimeUnit.SECONDS)) {
            failure.complete(new LoadException("no answer within %d s".formatted(ANSWER_SECONDS)));
        }
    }
}
