package dev.octavo.engine.catalog;

import dev.octavo.engine.page.Html;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Draws who calls whom: callers to the left of those they call, and in each box what the service needs. Shapes and words
 * tell everything, colours nothing; the same services make the same bytes.
 */
public final class ServicePicture {
    private static final int MARGIN = 28;
    private static final int HEAD = 58;
    private static final int COLUMN_GAP = 92;
    private static final int ROW_GAP = 22;
    private static final int LINE = 17;
    private static final int PAD = 12;
    private static final double NAME_WIDTH = 7.9;
    private static final double TEXT_WIDTH = 6.3;
    private static final int MIN_WIDTH = 170;
    private static final int MAX_WIDTH = 300;
    private static final int SWEEPS = 24;
    /** What so many services need is told once, below the picture. */
    private static final double COMMON = 0.6;

    private static final int MIN_FOR_COMMON = 4;

    private static final String STYLE = """
            svg{background:#fff}text{fill:#1f2328}.q{fill:#57606a}.b{fill:#f6f8fa;stroke:#57606a}.o{fill:none;stroke:#57606a}\
            .e{fill:none;stroke:#57606a;stroke-width:1.4}.h{fill:#57606a}.x{fill:#fff;stroke:#57606a;stroke-dasharray:3 3}\
            .w{fill:#fff}@media(prefers-color-scheme:dark){svg{background:#0d1117}text{fill:#e6edf3}.q{fill:#9da7b3}\
            .b{fill:#161b22;stroke:#9da7b3}.o{stroke:#9da7b3}.e{stroke:#9da7b3}.h{fill:#9da7b3}.x{fill:#0d1117;stroke:#9da7b3}\
            .w{fill:#0d1117}}""";

    /** A box, or a bend of a line that passes a column. */
    private static final class Node {
        final String name;
        final @Nullable Microservice service;
        final boolean bend;
        final List<String> lines = new ArrayList<>();
        final List<Node> before = new ArrayList<>();
        final List<Node> after = new ArrayList<>();
        int column;
        int height;
        double y;

        Node(String name, @Nullable Microservice service, boolean bend) {
            this.name = name;
            this.service = service;
            this.bend = bend;
        }
    }

    private record Line(List<Node> way, Call.Way kind, boolean back) {}

    private final List<Microservice> services;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final List<List<Node>> columns = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();
    private final List<Node> alone = new ArrayList<>();
    private final Set<Middleware> common;
    private final StringBuilder svg = new StringBuilder();

    private ServicePicture(List<Microservice> services) {
        this.services = services;
        this.common = common();
    }

    /** An SVG document of its own, without scripts; light or dark as its reader prefers. */
    public static String svg(List<Microservice> services) {
        return new ServicePicture(services).draw();
    }

    private Set<Middleware> common() {
        Map<Middleware, Integer> counts = new TreeMap<>();
        for (Microservice service : services) {
            shown(service).forEach(kind -> counts.merge(kind, 1, Integer::sum));
        }
        return counts.entrySet().stream()
                .filter(count -> services.size() >= MIN_FOR_COMMON && count.getValue() >= COMMON * services.size())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The kinds that a service needs from outside of the tree. */
    private static Set<Middleware> shown(Microservice service) {
        return NeedFinder.kinds(service.details().needs().stream()
                .filter(need -> need.service().isEmpty())
                .toList());
    }

    private String draw() {
        build();
        int width = layout();
        return render(width);
    }

    private void build() {
        for (Microservice service : services) {
            nodes.put(service.name(), new Node(service.name(), service, false));
        }
        Map<String, Map<String, Call.Way>> calls = new LinkedHashMap<>();
        for (Microservice service : services) {
            Map<String, Call.Way> own = new TreeMap<>();
            for (Call call : service.details().calls()) {
                if (call.service().isEmpty()) {
                    String outside = call.target();
                    nodes.computeIfAbsent(outside, name -> new Node(name, null, false));
                    own.putIfAbsent(outside, call.way());
                } else {
                    own.putIfAbsent(call.service(), call.way());
                }
            }
            calls.put(service.name(), own);
        }
        Set<String> linked = new HashSet<>();
        calls.forEach((from, targets) -> targets.keySet().forEach(to -> {
            linked.add(from);
            linked.add(to);
        }));
        Map<String, Integer> level = levels(calls);
        nodes.forEach((name, node) -> {
            if (linked.contains(name)) {
                node.column = level.getOrDefault(name, 0);
                column(node.column).add(node);
            } else {
                alone.add(node);
            }
        });
        calls.forEach((from, targets) -> targets.forEach((to, way) -> connect(node(from), node(to), way)));
    }

    private Node node(String name) {
        Node node = nodes.get(name);
        if (node == null) {
            throw new IllegalStateException(name);
        }
        return node;
    }

    private List<Node> column(int index) {
        while (columns.size() <= index) {
            columns.add(new ArrayList<>());
        }
        return columns.get(index);
    }

    /** The longest way from a service that nobody calls; calls that close a circle do not count. */
    private Map<String, Integer> levels(Map<String, Map<String, Call.Way>> calls) {
        Map<String, Integer> called = new HashMap<>();
        calls.values().forEach(targets -> targets.keySet().forEach(to -> called.merge(to, 1, Integer::sum)));
        List<String> starts = new ArrayList<>(nodes.keySet());
        starts.sort(Comparator.comparing((String name) -> !isOutside(name))
                .thenComparing(name -> called.getOrDefault(name, 0))
                .thenComparing(Comparator.naturalOrder()));
        List<String> order = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Set<String> open = new HashSet<>();
        Set<String> back = new HashSet<>();
        for (String start : starts) {
            visit(start, calls, seen, open, back, order);
        }
        Map<String, Integer> level = new HashMap<>();
        for (int i = order.size() - 1; i >= 0; i--) {
            String from = order.get(i);
            int own = level.computeIfAbsent(from, name -> 0);
            for (String to : calls.getOrDefault(from, Map.of()).keySet()) {
                if (!back.contains(from + "\n" + to)) {
                    level.merge(to, own + 1, Math::max);
                }
            }
        }
        return level;
    }

    private boolean isOutside(String name) {
        Microservice service = node(name).service;
        return service != null && service.details().facesOutside();
    }

    private static void visit(
            String name,
            Map<String, Map<String, Call.Way>> calls,
            Set<String> seen,
            Set<String> open,
            Set<String> back,
            List<String> order) {
        if (!seen.add(name)) {
            return;
        }
        open.add(name);
        for (String to : calls.getOrDefault(name, Map.of()).keySet()) {
            if (open.contains(to)) {
                back.add(name + "\n" + to);
            } else {
                visit(to, calls, seen, open, back, order);
            }
        }
        open.remove(name);
        order.add(name);
    }

    private void connect(Node from, Node to, Call.Way kind) {
        boolean back = from.column >= to.column;
        Node left = back ? to : from;
        Node right = back ? from : to;
        List<Node> way = new ArrayList<>(List.of(left));
        for (int column = left.column + 1; column < right.column; column++) {
            Node bend = new Node("", null, true);
            bend.column = column;
            column(column).add(bend);
            way.add(bend);
        }
        way.add(right);
        for (int i = 1; i < way.size(); i++) {
            way.get(i - 1).after.add(way.get(i));
            way.get(i).before.add(way.get(i - 1));
        }
        lines.add(new Line(way, kind, back));
    }

    private int layout() {
        int boxWidth = boxWidth();
        for (Node node : nodes.values()) {
            describe(node, boxWidth);
        }
        for (List<Node> column : columns) {
            column.forEach(node -> node.height = node.bend ? 4 : node.height);
            stack(column);
        }
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            boolean down = sweep % 2 == 0;
            for (int i = 0; i < columns.size(); i++) {
                List<Node> column = columns.get(down ? i : columns.size() - 1 - i);
                Map<Node, Double> wanted = new HashMap<>();
                for (Node node : column) {
                    List<Node> others = down ? node.before : node.after;
                    wanted.put(
                            node,
                            others.isEmpty()
                                    ? middle(node)
                                    : others.stream()
                                            .mapToDouble(ServicePicture::middle)
                                            .average()
                                            .orElse(0));
                }
                column.sort(Comparator.comparingDouble((Node node) -> wanted.getOrDefault(node, 0.0)));
                place(column, wanted);
            }
        }
        double top = columns.stream()
                .flatMap(List::stream)
                .mapToDouble(node -> node.y)
                .min()
                .orElse(0);
        columns.forEach(column -> column.forEach(node -> node.y += HEAD + MARGIN - top));
        return boxWidth;
    }

    private static double middle(Node node) {
        return node.y + node.height / 2.0;
    }

    private static void stack(List<Node> column) {
        double y = 0;
        for (Node node : column) {
            node.y = y;
            y += node.height + gap(node);
        }
    }

    private static int gap(Node node) {
        return node.bend ? 10 : ROW_GAP;
    }

    /** Near to where each wants to be, without one on another. */
    private static void place(List<Node> column, Map<Node, Double> wanted) {
        double y = Double.NEGATIVE_INFINITY;
        double shift = 0;
        for (Node node : column) {
            double wish = wanted.getOrDefault(node, 0.0) - node.height / 2.0;
            node.y = Math.max(wish, y);
            shift += wish - node.y;
            y = node.y + node.height + gap(node);
        }
        double mean = column.isEmpty() ? 0 : shift / column.size();
        column.forEach(node -> node.y += mean);
    }

    private int boxWidth() {
        double widest = nodes.keySet().stream()
                .mapToDouble(name -> name.length() * NAME_WIDTH)
                .max()
                .orElse(0);
        return (int) Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, widest + 2 * PAD));
    }

    private void describe(Node node, int width) {
        Microservice service = node.service;
        int room = (int) ((width - 2 * PAD) / TEXT_WIDTH);
        if (service == null) {
            node.lines.add("not in this repository");
        } else {
            facts(service).forEach(line -> node.lines.addAll(wrapped(line, room)));
            String needs = shown(service).stream()
                    .filter(kind -> !common.contains(kind))
                    .map(Middleware::title)
                    .collect(Collectors.joining(" · "));
            if (!needs.isEmpty()) {
                node.lines.addAll(wrapped("◆ " + needs, room));
            }
        }
        node.height = PAD + LINE + node.lines.size() * LINE + 6;
    }

    /** Where it listens, then what it is; on one line where that is short. */
    private static List<String> facts(Microservice service) {
        ServiceDetails details = service.details();
        List<String> facts = new ArrayList<>();
        switch (service.kind()) {
            case SPRING_BOOT ->
                facts.add(
                        ("Boot " + details.springBoot()).replace(".RELEASE", "").strip());
            case STATIC -> facts.add("front end");
            case IMAGE -> facts.add("image");
            case JAVA -> facts.add("Java program");
        }
        if (service.javaLevel() > 0) {
            facts.add("Java " + service.javaLevel());
        }
        String what = String.join(" · ", facts);
        if (!details.web()) {
            return List.of(what);
        }
        String where = ":" + service.port() + service.contextPath();
        return service.contextPath().isEmpty() ? List.of(where + " · " + what) : List.of(where, what);
    }

    private static List<String> wrapped(String text, int room) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" (?=[^·])")) {
            if (line.length() > 0 && line.length() + 1 + word.length() > room) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    private String render(int boxWidth) {
        int step = boxWidth + COLUMN_GAP;
        double bottom = columns.stream()
                .flatMap(List::stream)
                .mapToDouble(node -> node.y + node.height)
                .max()
                .orElse(HEAD);
        int across = Math.max(columns.size(), Math.min(4, Math.max(1, alone.size())));
        int width = Math.max(2 * MARGIN + across * step - COLUMN_GAP, 640);
        double y = bottom + MARGIN;
        double aloneTitle = y;
        if (!alone.isEmpty()) {
            y += columns.isEmpty() ? 0 : 2 * LINE;
            for (int i = 0; i < alone.size(); i += across) {
                int tallest = 0;
                for (int j = i; j < Math.min(alone.size(), i + across); j++) {
                    Node node = alone.get(j);
                    node.column = j - i;
                    node.y = y;
                    tallest = Math.max(tallest, node.height);
                }
                y += tallest + ROW_GAP;
            }
        }
        List<String> notes = notes((int) ((width - 2 * MARGIN) / TEXT_WIDTH));
        double height = y + notes.size() * LINE + 3 * LINE + MARGIN;
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
                .append(width)
                .append(' ')
                .append(Math.round(height))
                .append("\" width=\"")
                .append(width)
                .append("\" height=\"")
                .append(Math.round(height))
                .append("\" role=\"img\" font-family=\"system-ui,sans-serif\" font-size=\"12\"><title>")
                .append("Who calls whom among ")
                .append(services.size())
                .append(" services</title><style>")
                .append(STYLE)
                .append("</style>\n");
        text(MARGIN, MARGIN + 12, "", " font-size=\"18\" font-weight=\"600\"", "Who calls whom");
        text(MARGIN, MARGIN + 32, "q", "", services.size() + " services, callers to the left of those they call");
        for (Line line : lines) {
            line(line, step, boxWidth);
        }
        columns.forEach(column -> column.forEach(node -> box(node, step, boxWidth)));
        if (!alone.isEmpty() && !columns.isEmpty()) {
            text(MARGIN, aloneTitle + LINE, "q", "", "No calls to or from these were found");
        }
        alone.forEach(node -> box(node, step, boxWidth));
        double at = y + LINE;
        for (String note : notes) {
            text(MARGIN, at, "q", "", note);
            at += LINE;
        }
        legend(at + LINE / 2.0);
        return svg.append("</svg>\n").toString();
    }

    private List<String> notes(int room) {
        List<String> notes = new ArrayList<>();
        for (Middleware kind : common) {
            List<String> without = services.stream()
                    .filter(service -> !shown(service).contains(kind))
                    .map(Microservice::name)
                    .toList();
            String except = without.isEmpty() ? "" : " but " + String.join(", ", without);
            notes.addAll(wrapped("◆ " + kind.title() + ": needed by all" + except, room));
        }
        Map<String, List<String>> own = new TreeMap<>();
        for (Microservice service : services) {
            for (Need need : service.details().needs()) {
                if (!need.service().isEmpty()) {
                    List<String> users = own.computeIfAbsent(
                            need.kind().title() + ": " + need.service() + ", needed by ", key -> new ArrayList<>());
                    if (!users.contains(service.name())) {
                        users.add(service.name());
                    }
                }
            }
        }
        own.forEach((start, users) -> notes.addAll(wrapped(
                "◆ " + start + (users.size() > 4 ? users.size() + " services" : String.join(", ", users)), room)));
        return notes;
    }

    private void legend(double y) {
        double x = MARGIN;
        for (Call.Way way : List.of(Call.Way.ROUTE, Call.Way.FEIGN, Call.Way.URL, Call.Way.DUBBO)) {
            if (lines.stream().noneMatch(line -> line.kind() == way)) {
                continue;
            }
            svg.append("<path class=\"e\"")
                    .append(dash(way))
                    .append(" d=\"M")
                    .append(number(x))
                    .append(' ')
                    .append(number(y))
                    .append("h34\"/>");
            String words =
                    switch (way) {
                        case ROUTE -> "route";
                        case FEIGN -> "declared client";
                        case URL -> "URL";
                        case DUBBO -> "Dubbo";
                    };
            text(x + 40, y + 4, "q", "", words);
            x += 58 + words.length() * TEXT_WIDTH;
        }
        if (services.stream().anyMatch(service -> service.details().facesOutside())) {
            svg.append("<rect class=\"o\" x=\"")
                    .append(number(x))
                    .append("\" y=\"")
                    .append(number(y - 7))
                    .append("\" width=\"30\" height=\"14\" rx=\"4\" stroke-width=\"3\"/>");
            text(x + 38, y + 4, "q", "", "faces outside");
            x += 56 + 13 * TEXT_WIDTH;
        }
        text(x, y + 4, "q", "", "◆ needs");
    }

    private static String dash(Call.Way way) {
        return switch (way) {
            case FEIGN -> "";
            case ROUTE -> " stroke-dasharray=\"7 4\"";
            case URL -> " stroke-dasharray=\"2 3\"";
            case DUBBO -> " stroke-dasharray=\"10 3 2 3\"";
        };
    }

    private static double x(Node node, int step) {
        return MARGIN + (double) node.column * step;
    }

    private void line(Line line, int step, int boxWidth) {
        List<Node> way = line.way();
        Node first = way.get(0);
        Node last = way.get(way.size() - 1);
        StringBuilder path = new StringBuilder();
        if (first.column == last.column) {
            // beside each other: around the right side
            double x = x(first, step) + boxWidth;
            double from = middle(line.back() ? last : first);
            double to = middle(line.back() ? first : last);
            path.append(move(x, from)).append(curve(x + 56, from, x + 56, to, x + 5, to));
            draw(path, line.kind());
            head(x + 1, to, true);
            return;
        }
        double x = x(first, step) + boxWidth;
        double y = port(first, way.get(1), first.after);
        path.append(move(x + (line.back() ? 5 : 0), y));
        double startY = y;
        for (int i = 1; i < way.size(); i++) {
            Node node = way.get(i);
            double targetX = x(node, step);
            double targetY = node.bend ? middle(node) : port(node, way.get(i - 1), node.before);
            double stop = node == last && !line.back() ? targetX - 5 : targetX;
            double half = (targetX - x) / 2;
            path.append(curve(x + half, y, targetX - half, targetY, stop, targetY));
            if (node.bend) {
                path.append('L').append(number(targetX + boxWidth)).append(' ').append(number(targetY));
                x = targetX + boxWidth;
            }
            y = targetY;
        }
        draw(path, line.kind());
        if (line.back()) {
            head(x(first, step) + boxWidth + 1, startY, true);
        } else {
            head(x(last, step) - 1, y, false);
        }
    }

    /** Lines leave a box one below the other, in the order of where they go. */
    private static double port(Node node, Node other, List<Node> others) {
        List<Node> sorted = new ArrayList<>(others);
        sorted.sort(Comparator.comparingDouble(ServicePicture::middle));
        int index = sorted.indexOf(other);
        double share = (index + 1.0) / (sorted.size() + 1.0);
        return node.y + node.height * share;
    }

    private void draw(StringBuilder path, Call.Way kind) {
        svg.append("<path class=\"e\"")
                .append(dash(kind))
                .append(" d=\"")
                .append(path)
                .append("\"/>\n");
    }

    private void head(double x, double y, boolean left) {
        int turn = left ? 1 : -1;
        svg.append("<path class=\"h\" d=\"M")
                .append(number(x))
                .append(' ')
                .append(number(y))
                .append('l')
                .append(9 * turn)
                .append(" -4.5v9z\"/>\n");
    }

    private void box(Node node, int step, int boxWidth) {
        if (node.bend) {
            return;
        }
        double x = x(node, step);
        Microservice service = node.service;
        String kind = service == null ? "x" : "b";
        boolean outside = service != null && service.details().facesOutside();
        svg.append("<g><title>")
                .append(Html.escape(node.name))
                .append("</title><rect class=\"")
                .append(kind)
                .append("\" x=\"");
        svg.append(number(x))
                .append("\" y=\"")
                .append(number(node.y))
                .append("\" width=\"")
                .append(boxWidth)
                .append("\" height=\"")
                .append(node.height)
                .append("\" rx=\"7\"")
                .append(outside ? " stroke-width=\"3\"" : "")
                .append("/>");
        int room = (int) ((boxWidth - 2 * PAD) / NAME_WIDTH + 0.5);
        String name = node.name.length() <= room ? node.name : "…" + node.name.substring(node.name.length() - room + 1);
        text(x + PAD, node.y + PAD + 9, "", " font-size=\"13\" font-weight=\"600\"", name);
        double y = node.y + PAD + 9;
        for (String line : node.lines) {
            y += LINE;
            text(x + PAD, y, "q", "", line);
        }
        svg.append("</g>\n");
    }

    private void text(double x, double y, String kind, String attributes, String words) {
        svg.append("<text")
                .append(kind.isEmpty() ? "" : " class=\"" + kind + "\"")
                .append(" x=\"")
                .append(number(x))
                .append("\" y=\"")
                .append(number(y))
                .append('"')
                .append(attributes)
                .append('>')
                .append(Html.escape(words))
                .append("</text>\n");
    }

    private static String move(double x, double y) {
        return "M" + number(x) + " " + number(y);
    }

    private static String curve(double x1, double y1, double x2, double y2, double x, double y) {
        return "C" + number(x1) + " " + number(y1) + " " + number(x2) + " " + number(y2) + " " + number(x) + " "
                + number(y);
    }

    /** Whole and half pixels, so that no rounding shows. */
    private static String number(double value) {
        long halves = Math.round(value * 2);
        return halves % 2 == 0 ? String.valueOf(halves / 2) : (halves < 0 ? "-" : "") + Math.abs(halves) / 2 + ".5";
    }
}
