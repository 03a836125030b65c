package dev.octavo.engine.quality;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Sums up reports one after the other, each read as a stream: a report may hold all that its tests have printed. */
final class JUnitXml {
    private static final long LARGEST = 1L << 30;
    private static final int FAILURES_KEPT = 100;
    private static final int SLOWEST_KEPT = 10;
    private static final int TRACE_KEPT = 64 * 1024;
    private static final int MESSAGE_KEPT = 300;
    /** {@code at app//shop.CatalogTest.finds(CatalogTest.java:12)}: class, file, line. */
    private static final Pattern FRAME =
            Pattern.compile("\\s*at (?:[^/(]*//?)?([\\w.$]+)\\.[^.(]+\\(([^:()]+):(\\d+)\\)");

    private final List<Path> sourceRoots;
    private final List<FailedTest> failed = new ArrayList<>();
    private final PriorityQueue<SlowTest> slowest = new PriorityQueue<>(Comparator.comparingDouble(SlowTest::seconds));
    private int tests;
    private int failures;
    private int errors;
    private int skipped;
    private double seconds;

    JUnitXml(List<Path> sourceRoots) {
        this.sourceRoots = List.copyOf(sourceRoots);
    }

    TestSummary summary(List<String> reports) {
        List<SlowTest> longest = slowest.stream()
                .sorted(Comparator.comparingDouble(SlowTest::seconds)
                        .reversed()
                        .thenComparing(SlowTest::className)
                        .thenComparing(SlowTest::method))
                .toList();
        return new TestSummary(
                tests, failures, errors, skipped, Math.round(seconds * 1000) / 1000.0, failed, longest, reports);
    }

    /** @throws dev.octavo.engine.api.EngineException {@code TEST_REPORT} */
    void read(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw TestReports.unreadable(file, "it is larger than 1 GiB");
            }
            try (InputStream stream = new BufferedInputStream(Files.newInputStream(file), 64 * 1024)) {
                XMLStreamReader reader = factory().createXMLStreamReader(stream);
                boolean known = false;
                while (reader.hasNext()) {
                    int event = reader.next();
                    if (event == XMLStreamConstants.DTD) {
                        throw TestReports.unreadable(file, "it declares a document type, which no test report does");
                    }
                    if (event == XMLStreamConstants.START_ELEMENT) {
                        String name = reader.getLocalName();
                        known |= name.equals("testsuite") || name.equals("testsuites");
                        if (!known) {
                            throw TestReports.unreadable(file, "it is no test report: it begins with <" + name + ">");
                        }
                        if (name.equals("testcase")) {
                            readTest(reader);
                        }
                    }
                }
            }
        } catch (XMLStreamException e) {
            throw TestReports.unreadable(
                    file, "line " + e.getLocation().getLineNumber() + ": it is cut off or is no XML");
        } catch (IOException e) {
            throw TestReports.unreadable(file, String.valueOf(e.getMessage()));
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
        return factory;
    }

    private void readTest(XMLStreamReader reader) throws XMLStreamException {
        String className = attribute(reader, "classname");
        String method = attribute(reader, "name");
        double time = seconds(attribute(reader, "time"));
        String outcome = "";
        String message = "";
        String trace = "";
        for (int depth = 1; depth > 0; ) {
            int event = reader.next();
            if (event == XMLStreamConstants.END_ELEMENT) {
                depth--;
            } else if (event == XMLStreamConstants.START_ELEMENT) {
                String name = reader.getLocalName();
                // what a retried test did before it passed does not count: flakyFailure, rerunFailure
                if (outcome.isEmpty() && (name.equals("failure") || name.equals("error") || name.equals("skipped"))) {
                    outcome = name;
                    message = attribute(reader, "message");
                    trace = text(reader);
                } else {
                    depth++;
                }
            }
        }
        tests++;
        seconds += time;
        slowest.add(new SlowTest(className, method, time));
        if (slowest.size() > SLOWEST_KEPT) {
            slowest.remove();
        }
        switch (outcome) {
            case "failure" -> failures++;
            case "error" -> errors++;
            case "skipped" -> skipped++;
            default -> {}
        }
        if ((outcome.equals("failure") || outcome.equals("error")) && failed.size() < FAILURES_KEPT) {
            failed.add(failure(className, method, message.isBlank() ? firstLine(trace) : message, trace));
        }
    }

    /** Reads to the end of the element, keeping the beginning of its text. */
    private static String text(XMLStreamReader reader) throws XMLStreamException {
        StringBuilder text = new StringBuilder();
        for (int depth = 1; depth > 0; ) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> depth++;
                case XMLStreamConstants.END_ELEMENT -> depth--;
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    if (text.length() < TRACE_KEPT) {
                        text.append(reader.getText());
                    }
                }
                default -> {}
            }
        }
        return text.toString();
    }

    private FailedTest failure(String className, String method, String message, String trace) {
        String file = "";
        int line = 0;
        for (String text : trace.lines().toList()) {
            Matcher frame = FRAME.matcher(text);
            if (frame.matches() && belongsTo(frame.group(1), className)) {
                file = source(className, frame.group(2));
                line = Integer.parseInt(frame.group(3));
                break;
            }
        }
        return new FailedTest(className, method, shorten(message), file, line);
    }

    private static boolean belongsTo(String frameClass, String className) {
        String outer = className.replaceFirst("\\$.*", "");
        return frameClass.equals(outer) || frameClass.startsWith(outer + "$");
    }

    private String source(String className, String file) {
        int dot = className.lastIndexOf('.');
        String inPackage = dot < 0 ? file : className.substring(0, dot).replace('.', '/') + "/" + file;
        for (Path root : sourceRoots) {
            Path path = root.resolve(inPackage);
            if (Files.isRegularFile(path)) {
                return path.toString().replace('\\', '/');
            }
        }
        return file;
    }

    private static String firstLine(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static String shorten(String message) {
        String line = message.strip().replaceAll("\\s*\\R\\s*", " ");
        return line.length() <= MESSAGE_KEPT ? line : line.substring(0, MESSAGE_KEPT) + "...";
    }

    private static String attribute(XMLStreamReader reader, String name) {
        @Nullable String value = reader.getAttributeValue(null, name);
        return value == null ? "" : value;
    }

    /** Surefire writes {@code 1,234.5} for a long one. */
    private static double seconds(String text) {
        try {
            double value = Double.parseDouble(text.replace(",", ""));
            return Double.isFinite(value) && value > 0 ? value : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
