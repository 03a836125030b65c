package dev.octavo.engine.catalog;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the sources tell about how a microservice runs; nothing of it is needed to build it.
 *
 * @param springBoot Spring Boot's version, as full as the build says: {@code 2.7.18}; {@code ""} where unknown
 * @param packaging {@code jar} or {@code war}; {@code ""} for files alone
 * @param mainClass the class that starts it, with its package; {@code ""} where unknown
 * @param applicationName the name that others call it by: {@code spring.application.name}; {@code ""} where it has none
 * @param web whether it listens for requests at all; a program that only works on a queue or a timetable does not
 * @param facesOutside whether requests from outside come to it first: a gateway, a front end, or the only service
 * @param portVariable the environment variable that the configuration asks for the port: {@code PORT} of
 *     <code>${PORT:8080}</code>; {@code ""} for none
 * @param actuator {@code null} where it has none
 * @param profiles the profiles that have configuration of their own, sorted
 * @param needs middleware, sorted by kind
 * @param calls other services, sorted by target
 */
public record ServiceDetails(
        String springBoot,
        String packaging,
        String mainClass,
        String applicationName,
        boolean web,
        boolean facesOutside,
        String portVariable,
        @Nullable Actuator actuator,
        List<String> profiles,
        List<Need> needs,
        List<Call> calls) {
    private static final Pattern NUMBERS = Pattern.compile("([0-9]{1,4})(?:\\.([0-9]{1,4}))?");

    /** Nothing is known. */
    public static final ServiceDetails UNKNOWN =
            new ServiceDetails("", "", "", "", true, false, "", null, List.of(), List.of(), List.of());

    public ServiceDetails {
        profiles = List.copyOf(profiles);
        needs = List.copyOf(needs);
        calls = List.copyOf(calls);
    }

    /** Whether Spring Boot is known to be of this version or a later one. */
    public boolean isSpringBoot(int major, int minor) {
        return isAtLeast(springBoot, major, minor);
    }

    static boolean isAtLeast(String version, int major, int minor) {
        Matcher numbers = NUMBERS.matcher(version);
        if (!numbers.lookingAt()) {
            return false;
        }
        int first = Integer.parseInt(numbers.group(1));
        int second = numbers.group(2) == null ? 0 : Integer.parseInt(numbers.group(2));
        return first > major || (first == major && second >= minor);
    }
}
