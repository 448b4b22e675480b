package io.leveret.server;

import java.util.concurrent.CompletableFuture;

/** The process: what was typed becomes a command, its result the exit code. The only place where the process is ended. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        StopSignal stop = new StopSignal();
        CompletableFuture<Integer> exitCode = new CompletableFuture<>();
        // After SIGTERM a JVM exits with 143 once its hooks have run; halting in a hook is how it exits with our code.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop.ask();
            Runtime.getRuntime().halt(exitCode.join());
        }));
        exitCode.complete(Commands.of(stop, BrokerStarter::startBroker).execute(arguments));
        System.exit(exitCode.join());
    }
}
