package com.example.shop.common;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.MDC;

/** The name under which one request of a customer is known in all services and their logs. */
public final class CorrelationId {
    public static final String HEADER = "X-Correlation-Id";

    /** The key in the log's context. */
    public static final String KEY = "correlationId";

    private static final Pattern ACCEPTED = Pattern.compile("[A-Za-z0-9._-]{8,64}");

    private CorrelationId() {}

    /** The id of the request that this thread works on. */
    public static Optional<String> current() {
        return Optional.ofNullable(MDC.get(KEY));
    }

    /** The caller's id where it is one; a new one otherwise, so that nothing odd gets into a log. */
    static String accept(String received) {
        return received != null && ACCEPTED.matcher(received).matches()
                ? received
                : UUID.randomUUID().toString();
    }
}
