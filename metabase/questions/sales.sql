SELECT sale
FROM silver.sale_lots
GROUP BY sale
ORDER BY max(added_at) DESC, sale
