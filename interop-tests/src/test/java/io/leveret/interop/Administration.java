package io.leveret.interop;

import java.util.List;
import java.util.Map;

/** What an operator does to a broker that no AMQP method can. For one virtual host. */
interface Administration {

    /** What {@code rabbitmqctl set_policy} takes. */
    record PolicyText(String name, String pattern, Map<String, Object> definition, Object priority, String applyTo) {}

    /** Sets a parameter of the whole broker. */
    void setGlobalParameter(String name, Object value) throws Exception;

    void clearGlobalParameter(String name) throws Exception;

    /** Imports a definitions file, and returns all that is defined then, as another one. */
    String importDefinitions(String json) throws Exception;

    /** Deletes what was imported: a virtual host with all that is in it, users, and a parameter of the whole broker. */
    void forgetDefinitions(String virtualHost, List<String> users, String globalParameter) throws Exception;

    /** Sets a policy, of users or of operators; returns the broker's reason if it refuses, else {@code set}. */
    String setPolicy(boolean operator, PolicyText policy) throws Exception;

    /** Clears a policy if it is there. */
    void clearPolicy(boolean operator, String name) throws Exception;

    /** Sets a runtime parameter; returns the broker's reason if it refuses, else {@code set}. */
    String setParameter(String component, String name, Object value) throws Exception;

    /** Clears a runtime parameter if it is there. */
    void clearParameter(String component, String name) throws Exception;

    /** Sets a limit of guest; returns the broker's reason if it refuses, else {@code set}. */
    String setUserLimit(String name, Object value) throws Exception;

    /** Clears a limit of guest if it is there. */
    void clearUserLimit(String name) throws Exception;

    /** Says what queues are that ask for no type. */
    void defaultQueueType(String type) throws Exception;

    /** Switches whether messages are copied to the trace exchange. */
    void trace(boolean on) throws Exception;

    /** Makes the broker short of a resource, so that those who publish are blocked; or no longer. */
    void shortage(Resource resource, boolean isShort) throws Exception;
}
