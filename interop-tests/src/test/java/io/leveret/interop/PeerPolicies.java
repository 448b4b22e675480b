package io.leveret.interop;

import io.leveret.interop.Administration.PolicyText;
import java.util.Map;
import java.util.function.Consumer;

/** Sets policies for what one case names, and clears them when it ends. Belongs to the case's thread. */
public final class PeerPolicies {

    private final Administration administration;
    private final String namePrefix;
    private final Consumer<AutoCloseable> atTheEnd;

    PeerPolicies(Administration administration, String namePrefix, Consumer<AutoCloseable> atTheEnd) {
        this.administration = administration;
        this.namePrefix = namePrefix;
        this.atTheEnd = atTheEnd;
    }

    /** Sets a user's policy for all that the case names; returns the broker's reason if it refuses, else {@code set}. */
    public String set(String name, Map<String, Object> definition) throws Exception {
        return set(name, definition, 0, "all");
    }

    public String set(String name, Map<String, Object> definition, Object priority, String applyTo) throws Exception {
        return set(false, name, "", definition, priority, applyTo);
    }

    /** @param pattern of what follows the case's prefix of names */
    public String setFor(String pattern, String name, Map<String, Object> definition) throws Exception {
        return set(false, name, pattern, definition, 0, "all");
    }

    public String setForOperator(String name, Map<String, Object> definition) throws Exception {
        return set(true, name, "", definition, 0, "all");
    }

    /** @param pattern of what follows the case's prefix of names */
    public String setForOperator(String pattern, String name, Map<String, Object> definition) throws Exception {
        return set(true, name, pattern, definition, 0, "all");
    }

    public void clear(String name) throws Exception {
        administration.clearPolicy(false, namePrefix + name);
    }

    public void clearForOperator(String name) throws Exception {
        administration.clearPolicy(true, namePrefix + name);
    }

    private String set(
            boolean operator,
            String name,
            String pattern,
            Map<String, Object> definition,
            Object priority,
            String applyTo)
            throws Exception {
        String whole = "^" + namePrefix.replace(".", "\\.") + pattern;
        String answer = administration.setPolicy(
                operator, new PolicyText(namePrefix + name, whole, definition, priority, applyTo));
        atTheEnd.accept(() -> administration.clearPolicy(operator, namePrefix + name));
        return answer;
    }
}
