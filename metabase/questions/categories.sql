SELECT DISTINCT category
FROM gold.auction_performance
ORDER BY category
