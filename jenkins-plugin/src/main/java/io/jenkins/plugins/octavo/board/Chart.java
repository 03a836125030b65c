package io.jenkins.plugins.octavo.board;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** A measure as bars by weeks, each with its value in figures. */
public final class Chart {
    private static final int STEP = 38;
    private static final int BAR = 26;
    private static final int TOP = 22;
    private static final int HEIGHT = 110;
    private static final double FLAT = 2;

    private final String id;
    private final String title;
    private final String definition;
    private final List<Bar> bars = new ArrayList<>();

    /** Its place in the picture. */
    public record Bar(String label, String words, boolean known, boolean complete, int x, String y, String height) {
        public String getLabel() {
            return label;
        }

        public String getWords() {
            return words;
        }

        public boolean isKnown() {
            return known;
        }

        public boolean isComplete() {
            return complete;
        }

        public int getX() {
            return x;
        }

        public int getMiddle() {
            return x + BAR / 2;
        }

        public String getY() {
            return y;
        }

        public int getWidth() {
            return BAR;
        }

        public String getHeight() {
            return height;
        }

        /** Where its value is written. */
        public String getAbove() {
            return String.format(Locale.ROOT, "%.1f", Double.parseDouble(y) - 5);
        }
    }

    Chart(
            String id,
            String title,
            String definition,
            List<Week> weeks,
            ToDoubleFunction<Week> value,
            Function<Week, String> words) {
        this.id = id;
        this.title = title;
        this.definition = definition;
        double highest = Math.max(
                Double.MIN_NORMAL, weeks.stream().mapToDouble(value).max().orElse(0));
        for (Week week : weeks) {
            double figure = value.applyAsDouble(week);
            double height = figure < 0 ? 0 : Math.max(FLAT, figure / highest * HEIGHT);
            bars.add(new Bar(
                    week.getMonday().substring(5),
                    words.apply(week) + (week.isComplete() ? "" : "*"),
                    figure >= 0,
                    week.isComplete(),
                    bars.size() * STEP + (STEP - BAR) / 2,
                    String.format(Locale.ROOT, "%.1f", TOP + HEIGHT - height),
                    String.format(Locale.ROOT, "%.1f", height)));
        }
    }

    public String getId() {
        return id;
    }

    public String getTitle() {
        return title;
    }

    public String getDefinition() {
        return definition;
    }

    public List<Bar> getBars() {
        return bars;
    }

    public int getWidth() {
        return Math.max(1, bars.size()) * STEP;
    }

    /** The picture in words. */
    public String getText() {
        return bars.stream().map(bar -> bar.label() + ": " + bar.words()).collect(Collectors.joining("; "));
    }
}
