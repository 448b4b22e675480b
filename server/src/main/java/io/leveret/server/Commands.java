package io.leveret.server;

import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code leveret} itself: it only leads to the others. */
@Command(
        name = "leveret",
        description = "An AMQP 0-9-1 broker, compatible with RabbitMQ.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "'leveret COMMAND --help' tells more about a command."})
final class Commands implements Runnable {

    private static final int USAGE_WIDTH = 110;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    static CommandLine of(StopSignal stop, BrokerStarter starter) {
        CommandLine server = new CommandLine(new ServerCommand(stop, starter));
        JvmDefaults.describeIn(server.getCommandSpec().usageMessage());
        CommandLine commands =
                new CommandLine(new Commands()).addSubcommand(server).addSubcommand(new CtlCommand());
        commands.setUsageHelpWidth(USAGE_WIDTH);
        commands.setParameterExceptionHandler(Commands::explain);
        commands.setExecutionExceptionHandler((failure, command, parsed) -> fail(command, failure));
        return commands;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command");
    }

    /** One line about what is wrong, one about where help is; picocli alone would print the whole usage. */
    private static int explain(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("leveret: " + wrong.getMessage());
        UnmatchedArgumentException.printSuggestions(wrong, err);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static int fail(CommandLine command, Exception failure) throws Exception {
        String message;
        if (failure instanceof StartupException) {
            message = failure.getMessage();
        } else if (failure instanceof IOException cause) {
            message = StartupException.describe(cause);
        } else {
            throw failure;
        }
        command.getErr().println("leveret: " + message);
        return command.getCommandSpec().exitCodeOnExecutionException();
    }
}
