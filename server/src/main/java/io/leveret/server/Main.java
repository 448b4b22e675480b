package io.leveret.server;

import io.leveret.server.log.Logging;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

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
        int code = run(Commands.of(stop, BrokerStarter::startBroker), arguments);
        // What a command logged may not be written yet.
        Logging.stop();
        exitCode.complete(code);
        System.exit(exitCode.join());
    }

    /** Gives an exit code whatever happens: the shutdown hook waits for it. */
    static int run(CommandLine commands, String... arguments) {
        try {
            return commands.execute(arguments);
        } catch (Error e) {
            // Memory ran out, a class is missing: nothing that a command could tell better.
            e.printStackTrace(commands.getErr());
            return ExitCode.SOFTWARE;
        }
    }
}
