package io.leveret.interop;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/**
 * Runs a case twice: against the reference, then against Leveret. {@code -Dinterop.only=RabbitMQ} (or {@code Leveret})
 * runs one half, for whoever writes a case.
 */
final class SideBySide implements TestTemplateInvocationContextProvider {

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public boolean mayReturnZeroTestTemplateInvocationContexts(ExtensionContext context) {
        // What is ours has no half for RabbitMQ.
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        Comparison comparison = new Comparison(context.getRequiredTestMethod());
        String only = System.getProperty("interop.only", "");
        return sides(context).stream()
                .filter(side -> only.isEmpty() || only.equalsIgnoreCase(side.label()))
                .map(side -> new CaseRun(side, comparison));
    }

    private static List<Side> sides(ExtensionContext context) {
        boolean ours = context.getRequiredTestMethod().isAnnotationPresent(Ours.class);
        return ours ? List.of(Side.LEVERET) : List.of(Side.RABBITMQ, Side.LEVERET);
    }
}
