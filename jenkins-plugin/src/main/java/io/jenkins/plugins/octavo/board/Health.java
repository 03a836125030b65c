package io.jenkins.plugins.octavo.board;

import edu.umd.cs.findbugs.annotations.CheckForNull;

/**
 * How what runs of a microservice was when {@code octavoBoard} looked.
 *
 * @param running the release that ran; -1 for none
 * @param word {@code healthy}, {@code unhealthy} or {@code unknown}
 * @param seen when, in milliseconds
 */
record Health(Place place, int running, String word, String message, long seen) {
    private static final String FORMAT = "1";
    private static final int FIELDS = 8;

    String line() {
        return String.join(
                "\t",
                FORMAT,
                Delivery.text(place.service()),
                Delivery.text(place.environment()),
                Delivery.text(place.namespace()),
                String.valueOf(running),
                Delivery.text(word),
                Delivery.text(message),
                String.valueOf(seen));
    }

    @CheckForNull
    static Health parse(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length != FIELDS || !fields[0].equals(FORMAT)) {
            return null;
        }
        try {
            return new Health(
                    new Place(fields[1], fields[2], fields[3]),
                    Integer.parseInt(fields[4]),
                    fields[5],
                    fields[6],
                    Long.parseLong(fields[7]));
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
