package dev.octavo.engine.delivery;

import dev.octavo.engine.catalog.Call;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.catalog.ServiceDetails;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Microservices for a terminal: a line for each, and below it what it needs and whom it calls. */
final class ServiceTable {
    private static final int WIDTH = 110;
    private static final List<String> HEAD = List.of("NAME", "KIND", "JAVA", "BOOT", "PORT", "PATH", "HEALTH");

    private ServiceTable() {}

    static String text(List<Microservice> services) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        services.forEach(service -> rows.add(cells(service)));
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < HEAD.size(); column++) {
            int at = column;
            widths.add(rows.stream().mapToInt(row -> row.get(at).length()).max().orElse(0));
        }
        StringBuilder text = new StringBuilder(line(HEAD, widths));
        for (int i = 0; i < services.size(); i++) {
            text.append('\n').append(line(rows.get(i + 1), widths));
            wrapped("needs", needs(services.get(i)), text);
            wrapped("calls", calls(services.get(i)), text);
        }
        return text.toString();
    }

    private static List<String> cells(Microservice service) {
        ServiceDetails details = service.details();
        String kind =
                switch (service.kind()) {
                    case SPRING_BOOT -> "Spring Boot";
                    case JAVA -> details.packaging().equals("war") ? "Java war" : "Java";
                    case STATIC -> "front end";
                    case IMAGE -> "image";
                };
        return List.of(
                service.name(),
                kind,
                service.javaLevel() == 0 ? "-" : String.valueOf(service.javaLevel()),
                orNone(details.springBoot().replace(".RELEASE", "")),
                details.web() ? String.valueOf(service.port()) : "-",
                orNone(service.contextPath()),
                details.actuator() != null && details.actuator().port() != service.port()
                        ? ":" + details.actuator().port() + details.actuator().healthPath()
                        : orNone(service.healthPath()));
    }

    private static String orNone(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private static List<String> needs(Microservice service) {
        return service.details().needs().stream()
                .map(need -> need.kind().title() + (need.service().isEmpty() ? "" : " (" + need.service() + ")"))
                .distinct()
                .toList();
    }

    private static List<String> calls(Microservice service) {
        return service.details().calls().stream()
                .map(ServiceTable::called)
                .distinct()
                .toList();
    }

    private static String called(Call call) {
        return call.service().isEmpty() ? call.target() + " (not here)" : call.service();
    }

    private static void wrapped(String title, List<String> words, StringBuilder text) {
        if (words.isEmpty()) {
            return;
        }
        StringBuilder line = new StringBuilder("    ").append(title).append(' ');
        int start = line.length();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i) + (i + 1 < words.size() ? ", " : "");
            if (line.length() + word.length() > WIDTH && line.length() > start) {
                text.append('\n').append(line.toString().stripTrailing());
                line.setLength(0);
                line.append(" ".repeat(start));
            }
            line.append(word);
        }
        text.append('\n').append(line.toString().stripTrailing());
    }

    private static String line(List<String> row, List<Integer> widths) {
        return java.util.stream.IntStream.range(0, row.size())
                .mapToObj(column -> row.get(column)
                        + " ".repeat(widths.get(column) - row.get(column).length()))
                .collect(Collectors.joining("  "))
                .stripTrailing();
    }
}
