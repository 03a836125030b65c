package com.example.shop.catalog;

import com.example.shop.common.Money;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Something that the shop sells.
 *
 * @param sku the number that it is ordered by: capitals, digits and hyphens
 */
public record Product(String sku, String name, String category, String description, Money price) {
    private static final Pattern SKU = Pattern.compile("[A-Z0-9]+(-[A-Z0-9]+)*");

    public Product {
        if (sku == null || !SKU.matcher(sku).matches()) {
            throw new IllegalArgumentException("not a product number: " + sku);
        }
        Objects.requireNonNull(name, "a name is needed");
        Objects.requireNonNull(category, "a category is needed");
        Objects.requireNonNull(description, "a description is needed");
        Objects.requireNonNull(price, "a price is needed");
    }
}
